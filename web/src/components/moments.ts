import type { Words } from '../locales/language'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

function dayOf(moment: Date): number {
  return Math.floor(new Date(moment.getFullYear(), moment.getMonth(), moment.getDate(), 12).getTime() / DAY)
}

function localeOf(language: string): string {
  return language === 'en' ? 'en-GB' : 'zh-CN'
}

function clock(moment: Date, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(moment)
}

function monthAndDay(moment: Date, language: string): string {
  if (language === 'en') {
    return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(moment)
  }
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}

function fullDate(moment: Date, language: string): string {
  return language === 'en'
    ? `${monthAndDay(moment, language)} ${moment.getFullYear()}`
    : `${moment.getFullYear()}-${monthAndDay(moment, language)}`
}

/** How people say when something happened: "12 分钟前", "14:05", "昨天 14:05", "11-21 14:05", "2025-11-21". */
export function since(moment: Date, now: Date, language: string, t: Words): string {
  const age = now.getTime() - moment.getTime()
  const days = dayOf(now) - dayOf(moment)
  if (age >= 0 && age < MINUTE) return t('common:time.now')
  if (age >= 0 && age < HOUR) return t('common:time.minutesAgo', { count: Math.floor(age / MINUTE) })
  if (days === 0) return clock(moment, language)
  if (days === 1) return t('common:time.yesterday', { time: clock(moment, language) })
  if (moment.getFullYear() === now.getFullYear())
    return `${monthAndDay(moment, language)} ${clock(moment, language)}`
  return fullDate(moment, language)
}

/** By when: "今天 18:00 前", "周五 12:00 前", "11-28 12:00 前"; late: "超时 3 小时". */
export function due(moment: Date, now: Date, language: string, t: Words): string {
  const late = now.getTime() - moment.getTime()
  if (late >= DAY) return t('common:time.overdueDays', { count: Math.floor(late / DAY) })
  if (late >= HOUR) return t('common:time.overdueHours', { count: Math.floor(late / HOUR) })
  if (late >= 0) return t('common:time.overdueMinutes', { count: Math.max(1, Math.floor(late / MINUTE)) })
  const time = clock(moment, language)
  const days = dayOf(moment) - dayOf(now)
  if (days === 0) return t('common:time.before', { moment: t('common:time.today', { time }) })
  if (days === 1) return t('common:time.before', { moment: t('common:time.tomorrow', { time }) })
  if (days < 7) {
    const weekday = new Intl.DateTimeFormat(localeOf(language), { weekday: 'short' }).format(moment)
    return t('common:time.before', { moment: `${weekday} ${time}` })
  }
  const date =
    moment.getFullYear() === now.getFullYear() ? monthAndDay(moment, language) : fullDate(moment, language)
  return t('common:time.before', { moment: `${date} ${time}` })
}

/** With seconds and zone, for a tooltip. */
export function exactly(moment: Date, language: string): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: 'full',
    timeStyle: 'long',
    hourCycle: 'h23',
  }).format(moment)
}

export function isToday(moment: Date, now: Date): boolean {
  return dayOf(moment) === dayOf(now)
}
