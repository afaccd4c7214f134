import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'

import { problemOf } from './problem'
import { sessionEndedQuery, sessionQuery } from './session'

const RETRIES = 2

export function createQueryClient(): QueryClient {
  const noticeEndedSession = (error: unknown) => {
    if (problemOf(error).status !== 401) return
    if (queries.getQueryData(sessionQuery.queryKey)) queries.setQueryData(sessionEndedQuery.queryKey, true)
  }
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: noticeEndedSession }),
    mutationCache: new MutationCache({ onError: noticeEndedSession }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // A refusal stays a refusal; only a silent or broken server is asked again.
        retry: (failures, error) => {
          const { status } = problemOf(error)
          return failures < RETRIES && (status === 0 || status >= 500)
        },
      },
    },
  })
  return queries
}
