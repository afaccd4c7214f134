import i18next from 'i18next'

import type { Words } from '../locales/language'

function wordOf(kind: 'outcome' | 'decided' | 'event' | 'verb' | 'instance', name: string, t: Words): string {
  const key = `words:${kind}.${name}`
  // A process may name its own outcomes; those stay as their author wrote them.
  return i18next.exists(key) ? t(key as 'words:outcome.approve') : name
}

export function outcomeWord(outcome: string, t: Words): string {
  return wordOf('outcome', outcome, t)
}

export function verbWord(verb: string, t: Words): string {
  return wordOf('verb', verb, t)
}

/** What happened, as a timeline tells it: a verdict, how the case ended, or the event itself. */
export function happened(type: string, outcome: string | null, t: Words): string {
  if (outcome === null) return wordOf('event', type.replaceAll('.', '_'), t)
  return type.startsWith('case.') ? wordOf('instance', outcome, t) : wordOf('decided', outcome, t)
}

export type Glyph = 'done' | 'rejected' | 'returned' | 'quiet'

/** The one glyph set of paths and timelines. */
export function glyphOf(type: string, outcome: string | null): Glyph {
  if (outcome === 'reject' || outcome === 'rejected' || type.endsWith('canceled')) return 'rejected'
  if (outcome === 'return' || type.endsWith('returned') || type.endsWith('withdrawn')) return 'returned'
  return outcome !== null || type === 'case.started' || type === 'task.decided' ? 'done' : 'quiet'
}
