import { expect, it } from 'vitest'

import { markOf } from './PersonMark'

it.each([
  ['王磊', '王磊'],
  ['欧阳雪梅', '雪梅'],
  ['Wang Lei', 'WL'],
  ['lin.yue', 'LY'],
  ['admin', 'A'],
  ['', ''],
])('the mark of %j is %j', (name, mark) => {
  expect(markOf(name)).toBe(mark)
})
