import createClient, { type Middleware } from 'openapi-fetch'

import { problemFrom } from './problem'
import type { paths } from './schema'
import { Unchanged } from './unchanged'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

let csrf = ''

/** The token of the present session, sent with every request that changes something. */
export function rememberCsrf(token: string): void {
  csrf = token
}

const headers: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang)
    if (!READING.has(request.method)) request.headers.set('X-CSRF-Token', csrf)
    return request
  },
}

const unchanged = new Unchanged()

export const client = createClient<paths>({
  baseUrl: window.location.origin,
  cache: 'no-store',
  credentials: 'same-origin',
})
client.use(headers, unchanged)

/** Nothing that one person was told may be shown to the next. */
export function forgetPerson(): void {
  csrf = ''
  unchanged.forget()
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a good answer; a ProblemError for any other. */
export async function body<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked
  if (!response.ok) throw problemFrom(response.status, error)
  return data as T
}
