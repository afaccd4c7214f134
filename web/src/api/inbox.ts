import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'

import { body, client } from './client'

export type InboxView = 'all' | 'mine' | 'pool'
export type InboxItem = Awaited<ReturnType<typeof readInbox>>['items'][number]

const PAGE = 30
const POLL_MILLISECONDS = 30_000

function readInbox(view: InboxView, cursor: string | null, signal: AbortSignal) {
  const query = {
    limit: String(PAGE),
    ...(cursor === null ? {} : { cursor }),
    ...(view === 'all' ? {} : { filter: view }),
  }
  return body(client.GET('/v2/inbox', { params: { query }, signal }))
}

export function inboxQuery(view: InboxView) {
  return infiniteQueryOptions({
    queryKey: ['inbox', view],
    queryFn: ({ pageParam, signal }) => readInbox(view, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MILLISECONDS,
    refetchOnWindowFocus: 'always',
  })
}

export function useInbox(view: InboxView) {
  return useInfiniteQuery(inboxQuery(view))
}
