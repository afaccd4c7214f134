/** Small choices a browser remembers; one that refuses storage simply forgets them. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`guicheng.${name}`)
  } catch {
    return null
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`guicheng.${name}`, value)
  } catch {
    // Private windows of some browsers have no storage: the choice lasts as long as the page.
  }
}
