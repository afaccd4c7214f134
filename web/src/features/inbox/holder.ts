import type { InboxItem } from '../../api/inbox'

export type Holder = 'claimed' | 'named' | 'substitute' | 'pool'

/** Why an item is in my list: I took it, it names me, I stand in for the person it names, or my role may take it. */
export function holderOf(item: Pick<InboxItem, 'assignee' | 'candidate'>, me: string): Holder {
  if (item.assignee === me) return 'claimed'
  if (item.candidate === `user:${me}`) return 'named'
  return item.candidate?.startsWith('user:') || item.assignee !== null ? 'substitute' : 'pool'
}
