import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Navigate, useLocation } from 'react-router'

import { sessionEndedQuery, useSession } from '../api/session'
import { PageError } from '../components/PageError'
import { SessionEnded } from './SessionEnded'

/** A visitor goes to the sign-in page and comes back; a session that ends later leaves the page as it is. */
export function RequireSession({ children }: { children: ReactNode }) {
  const session = useSession()
  const ended = useQuery(sessionEndedQuery)
  const { pathname, search } = useLocation()

  if (session.isPending) return null
  if (session.isError) return <PageError error={session.error} retry={() => void session.refetch()} />
  if (session.data === null) {
    const wanted = `${pathname}${search}`
    return (
      <Navigate to={wanted === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(wanted)}`} replace />
    )
  }
  return (
    <>
      {children}
      {ended.data ? <SessionEnded /> : null}
    </>
  )
}
