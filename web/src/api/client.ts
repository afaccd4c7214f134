import createClient, { type Middleware } from 'openapi-fetch'

import { problemFrom } from './problem'
import type { paths } from './schema'

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

// `no-cache` keeps an answer but asks the server each time with its ETag: an unchanged list costs a 304.
export const client = createClient<paths>({
  baseUrl: window.location.origin,
  cache: 'no-cache',
  credentials: 'same-origin',
})
client.use(headers)

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
