import i18next from 'i18next'
import { describe, expect, it } from 'vitest'

import { ProblemError, problemFrom, problemOf } from './problem'
import { sentence } from './sentence'

const document = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  detail: 'x',
  code: 'task_already_decided',
}

function said(error: unknown, language: string): string {
  return sentence(error, i18next.getFixedT(language))
}

describe('a problem document', () => {
  it('keeps its code and its facts', () => {
    const problem = problemFrom(409, { ...document, facts: { by: 'li.hua' } })
    expect(problem).toMatchObject({ status: 409, code: 'task_already_decided', facts: { by: 'li.hua' } })
  })

  it('gives a number to name only when the server failed', () => {
    expect(problemFrom(409, document).reference).toBeNull()
    expect(problemFrom(500, { instance: '/v2/inbox', reference: '8F3K' }).reference).toBe('8F3K')
  })

  it.each([
    [401, 'not_signed_in'],
    [403, 'not_allowed'],
    [413, 'body_too_large'],
    [429, 'too_many_attempts'],
    [502, 'fault'],
    [418, 'unknown'],
  ])('is understood by its status %i when it is no document', (status, code) => {
    for (const body of [undefined, '<html>', ['x'], null]) expect(problemFrom(status, body).code).toBe(code)
  })

  it('is a silent server when nothing came back', () => {
    expect(problemOf(new TypeError('Failed to fetch')).code).toBe('unreachable')
    expect(problemOf(new SyntaxError('bad JSON')).code).toBe('unknown')
  })
})

describe('the sentence for a problem', () => {
  it('is said in the language of the page', () => {
    const problem = problemFrom(409, document)
    expect(said(problem, 'zh')).toBe('这一步刚刚已经办结，请看时间线。')
    expect(said(problem, 'en')).toBe('This step has just been decided; see the timeline.')
  })

  it('is a general one for a code that this client does not know yet', () => {
    expect(said(new ProblemError(409, 'brand_new'), 'zh')).toContain('原因不明')
    expect(said(new ProblemError(503, 'brand_new'), 'zh')).toContain('服务器出了问题')
  })
})
