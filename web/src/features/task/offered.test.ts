import { describe, expect, it } from 'vitest'

import type { UserTask } from '../../api/task'
import { lacksReason, offeredOutcomes } from './offered'

function task(actions: UserTask['actions']): UserTask {
  return { actions } as UserTask
}

describe('the verdicts on a task', () => {
  it('are what the server offers, in its order', () => {
    const offers = offeredOutcomes(task([{ verb: 'vote', enabled: true, outcomes: ['approve', 'reject'] }]))
    expect(offers.map((offer) => offer.outcome)).toEqual(['approve', 'reject'])
  })

  it('are none when the server offers none', () => {
    expect(offeredOutcomes(task([]))).toEqual([])
    expect(offeredOutcomes(task(undefined))).toEqual([])
    expect(offeredOutcomes(task([{ verb: 'claim', enabled: true }]))).toEqual([])
  })

  it('keep the reason why they are blocked', () => {
    const blockedBecause = { code: 'separation_of_duties' }
    const [offer] = offeredOutcomes(
      task([{ verb: 'vote', enabled: false, outcomes: ['approve'], blockedBecause }]),
    )
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
