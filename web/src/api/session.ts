import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { body, client, forgetPerson, rememberCsrf } from './client'
import { ProblemError } from './problem'

export type Session = Awaited<ReturnType<typeof readSession>>
export interface Credentials {
  username: string
  password: string
}

async function readSession() {
  const session = await body(client.GET('/v2/session'))
  rememberCsrf(session.csrf)
  return session
}

/** The session, or null for a visitor. It is read once: a session that ends is noticed by the next request. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () =>
    readSession().catch((error: unknown) => {
      if (error instanceof ProblemError && error.status === 401) return null
      throw error
    }),
  staleTime: Infinity,
  gcTime: Infinity,
})

/** True from the moment an answer said that the session is over, until somebody signs in again. */
export const sessionEndedQuery = queryOptions({
  queryKey: ['session', 'ended'],
  queryFn: () => false,
  initialData: false,
  staleTime: Infinity,
  gcTime: Infinity,
})

export function useSession() {
  return useQuery(sessionQuery)
}

export function useSignIn() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (credentials: Credentials) => body(client.POST('/v2/session', { body: credentials })),
    onSuccess: (session) => {
      const before = queries.getQueryData(sessionQuery.queryKey)
      forgetPerson()
      rememberCsrf(session.csrf)
      // Somebody else's lists must not be seen for a moment.
      if (before?.user.id !== session.user.id)
        queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      queries.setQueryData(sessionQuery.queryKey, session)
      queries.setQueryData(sessionEndedQuery.queryKey, false)
      return queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    },
  })
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      body(client.DELETE('/v2/session')).catch((error: unknown) => {
        // A session that is over already is as signed out as it can be.
        if (!(error instanceof ProblemError && error.status === 401)) throw error
      }),
    onSuccess: () => {
      forgetPerson()
      queries.setQueryData(sessionQuery.queryKey, null)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    },
  })
}
