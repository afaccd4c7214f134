import i18next from 'i18next'

import type { Words } from '../locales/language'
import { problemOf } from './problem'

/** What a person reads when a request was refused or failed. */
export function sentence(error: unknown, t: Words): string {
  const problem = problemOf(error)
  const known = i18next.exists(`errors:${problem.code}`)
  const fallback = problem.status >= 500 ? 'fault' : 'unknown'
  const code = (known ? problem.code : fallback) as 'unknown'
  return t(`errors:${code}`, problem.facts)
}
