/** Where to go after signing in: the wanted page of ours, never another site. */
export function returnAddress(wanted: string | null): string {
  if (wanted === null) return '/inbox'
  const address = new URL(wanted, window.location.origin)
  return address.origin === window.location.origin && wanted.startsWith('/') && !wanted.startsWith('/sign-in')
    ? `${address.pathname}${address.search}`
    : '/inbox'
}
