import { expect, it } from 'vitest'

import { holderOf } from './holder'

it.each([
  ['wang.lei', 'role:sales_manager', 'claimed'],
  ['wang.lei', 'user:wang.lei', 'claimed'],
  [null, 'user:wang.lei', 'named'],
  [null, 'user:zhao.ming', 'substitute'],
  ['zhao.ming', 'user:zhao.ming', 'substitute'],
  [null, 'role:sales_manager@sales', 'pool'],
  [null, null, 'pool'],
])('an item taken by %s for %s is %s', (assignee, candidate, holder) => {
  expect(holderOf({ assignee, candidate }, 'wang.lei')).toBe(holder)
})
