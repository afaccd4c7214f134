import type { KeyboardEvent } from 'react'

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }

/** J K and the arrows move between the links of a list; Enter opens as ever, O too. */
export function moveByKey(event: KeyboardEvent<HTMLElement>): void {
  if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('a[data-row]')]
  const present = links.findIndex((link) => link === document.activeElement)
  if (event.key === 'o' && present >= 0) {
    links[present]?.click()
    return
  }
  const step = STEPS[event.key]
  if (step === undefined) return
  const next = links[Math.min(Math.max(present + step, 0), links.length - 1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
