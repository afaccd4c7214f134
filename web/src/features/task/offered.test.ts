import { describe, expect, it } from 'vitest'

import type { Action, UserTask } from '../../api/task'
import { lacksReason, offeredOutcomes } from './offered'

function task(...actions: Partial<Action>[]): UserTask {
  const complete = actions.map((action) => ({
    verb: 'vote',
    enabled: true,
    outcomes: [],
    blockedBecause: null,
    ...action,
  }))
  return { actions: complete } as UserTask
}

describe('the verdicts on a task', () => {
  it('are what the server offers, in its order', () => {
    const offers = offeredOutcomes(task({ outcomes: ['approve', 'reject'] }))
    expect(offers.map((offer) => offer.outcome)).toEqual(['approve', 'reject'])
  })

  it('are none when the server offers none', () => {
    expect(offeredOutcomes(task())).toEqual([])
    expect(offeredOutcomes(task({ verb: 'claim' }, { verb: 'comment' }))).toEqual([])
  })

  it('keep the reason why they are blocked', () => {
    const blockedBecause = { code: 'separation_of_duties', message: 'expected somebody else', facts: {} }
    const [offer] = offeredOutcomes(task({ enabled: false, outcomes: ['approve'], blockedBecause }))
    expect(offer).toEqual({ outcome: 'approve', enabled: false, blockedBecause })
  })
})

describe('a reason', () => {
  it.each(['', '  ', '。。。', '!?', '不', ' x '])('is missing from a rejection that says %j', (comment) => {
    expect(lacksReason('reject', comment)).toBe(true)
  })

  it.each(['不行', 'no', '太 贵'])('is there in %j', (comment) => {
    expect(lacksReason('reject', comment)).toBe(false)
  })

  it('is never asked of an approval', () => {
    expect(lacksReason('approve', '')).toBe(false)
  })
})
