import i18next from 'i18next'
import { describe, expect, it } from 'vitest'

import { due, since } from './moments'

// A Wednesday afternoon, in whatever zone the test runs: people read their own clock.
const now = new Date(2026, 10, 18, 14, 5, 30)
const at = (...parts: [number, number, number, number, number]) => new Date(...parts)

function said(moment: Date, language: string): string {
  return since(moment, now, language, i18next.getFixedT(language))
}

function wanted(moment: Date, language: string): string {
  return due(moment, now, language, i18next.getFixedT(language))
}

describe('when something happened', () => {
  it.each([
    [at(2026, 10, 18, 14, 5), '刚刚', 'just now'],
    [at(2026, 10, 18, 14, 4), '1 分钟前', '1 minute ago'],
    [at(2026, 10, 18, 13, 53), '12 分钟前', '12 minutes ago'],
    [at(2026, 10, 18, 9, 30), '09:30', '09:30'],
    [at(2026, 10, 17, 23, 59), '昨天 23:59', 'yesterday 23:59'],
    [at(2026, 9, 2, 8, 0), '10-02 08:00', '2 Oct 08:00'],
    [at(2025, 10, 21, 14, 5), '2025-11-21', '21 Nov 2025'],
    [at(2026, 10, 18, 16, 0), '16:00', '16:00'],
  ])('%s', (moment, chinese, english) => {
    expect(said(moment, 'zh')).toBe(chinese)
    expect(said(moment, 'en')).toBe(english)
  })
})

describe('by when it is due', () => {
  it.each([
    [at(2026, 10, 18, 18, 0), '今天 18:00 前', 'by today 18:00'],
    [at(2026, 10, 19, 12, 0), '明天 12:00 前', 'by tomorrow 12:00'],
    [at(2026, 10, 20, 12, 0), '周五 12:00 前', 'by Fri 12:00'],
    [at(2026, 10, 28, 12, 0), '11-28 12:00 前', 'by 28 Nov 12:00'],
    [at(2027, 0, 5, 12, 0), '2027-01-05 12:00 前', 'by 5 Jan 2027 12:00'],
    [at(2026, 10, 18, 14, 5), '超时 1 分钟', '1 minute late'],
    [at(2026, 10, 18, 13, 20), '超时 45 分钟', '45 minutes late'],
    [at(2026, 10, 18, 11, 0), '超时 3 小时', '3 hours late'],
    [at(2026, 10, 15, 11, 0), '超时 3 天', '3 days late'],
  ])('%s', (moment, chinese, english) => {
    expect(wanted(moment, 'zh')).toBe(chinese)
    expect(wanted(moment, 'en')).toBe(english)
  })
})
