import { describe, expect, it } from 'vitest'

import { returnAddress } from './returnAddress'

describe('the address after signing in', () => {
  it('is the page that was wanted', () => {
    expect(returnAddress('/tasks/42?view=pool')).toBe('/tasks/42?view=pool')
  })

  it('is the inbox when nothing was wanted', () => {
    expect(returnAddress(null)).toBe('/inbox')
  })

  it.each([
    '//evil.example/x',
    'https://evil.example/x',
    '/\\evil.example',
    'javascript:alert(1)',
    '/sign-in',
  ])('is never %s', (wanted) => {
    expect(returnAddress(wanted)).toBe('/inbox')
  })
})
