import i18next from 'i18next'

import type { Words } from '../locales/language'

function wordOf(kind: 'outcome' | 'decided' | 'event' | 'verb', name: string, t: Words): string {
  const key = `words:${kind}.${name}`
  // A process may name its own outcomes; those stay as their author wrote them.
  return i18next.exists(key) ? t(key as 'words:outcome.approve') : name
}

export function outcomeWord(outcome: string, t: Words): string {
  return wordOf('outcome', outcome, t)
}

/** What somebody did, as a timeline tells it. */
export function decidedWord(outcome: string, t: Words): string {
  return wordOf('decided', outcome, t)
}

export function verbWord(verb: string, t: Words): string {
  return wordOf('verb', verb, t)
}

export function eventWord(type: string, t: Words): string {
  return wordOf('event', type.replaceAll('.', '_'), t)
}

export type Glyph = 'done' | 'rejected' | 'returned' | 'now' | 'quiet'

/** The one glyph set of paths and timelines. */
export function glyphOf(type: string, outcome: string | null): Glyph {
  if (outcome === 'reject' || type.endsWith('canceled')) return 'rejected'
  if (outcome === 'return' || type.endsWith('returned') || type.endsWith('withdrawn')) return 'returned'
  if (type.endsWith('opened')) return 'now'
  return outcome !== null || type.startsWith('case.') || type.endsWith('decided') ? 'done' : 'quiet'
}
