import { createBrowserRouter, Navigate } from 'react-router'

import { InboxPage } from '../features/inbox/InboxPage'
import { SignInPage } from '../features/sign-in/SignInPage'
import { NotFoundPage } from './NotFoundPage'
import { RequireSession } from './RequireSession'
import { RouteError } from './RouteError'
import { Shell } from './shell/Shell'

export function createRouter() {
  return createBrowserRouter([
    {
      errorElement: <RouteError />,
      // The first page is part of the first load; a page that is not yet there shows nothing for a moment.
      HydrateFallback: () => null,
      children: [
        { path: 'sign-in', element: <SignInPage /> },
        {
          element: (
            <RequireSession>
              <Shell />
            </RequireSession>
          ),
          children: [
            {
              errorElement: <RouteError />,
              children: [
                { index: true, element: <Navigate to="/inbox" replace /> },
                { path: 'inbox', element: <InboxPage /> },
                {
                  path: 'tasks/:key',
                  lazy: async () => ({ Component: (await import('../features/task/TaskPage')).TaskPage }),
                },
                {
                  path: 'settings',
                  lazy: async () => ({
                    Component: (await import('../features/profile/ProfilePage')).ProfilePage,
                  }),
                },
                { path: '*', element: <NotFoundPage /> },
              ],
            },
          ],
        },
      ],
    },
  ])
}
