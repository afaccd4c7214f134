import type { Action, UserTask } from '../../api/task'

export interface Offer {
  outcome: string
  enabled: boolean
  blockedBecause: Action['blockedBecause']
}

/** The verdicts that the server offers on this task; the page adds no rule of its own. */
export function offeredOutcomes(task: UserTask): Offer[] {
  return task.actions
    .filter((action) => action.verb === 'vote')
    .flatMap((action) =>
      action.outcomes.map((outcome) => ({
        outcome,
        enabled: action.enabled,
        blockedBecause: action.blockedBecause,
      })),
    )
}

/** A rejection needs words: at least two characters that are neither blank nor punctuation. */
export function lacksReason(outcome: string, comment: string): boolean {
  return outcome === 'reject' && comment.replace(/[\s\p{P}]/gu, '').length < 2
}
