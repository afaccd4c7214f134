import { useRouteError } from 'react-router'

import { PageError } from '../components/PageError'

/** A page that could not be loaded or drawn: only a fresh start helps. */
export function RouteError() {
  return <PageError error={useRouteError()} retry={() => window.location.reload()} />
}
