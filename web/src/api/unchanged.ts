interface Kept {
  etag: string
  text: string
}

const MOST_KEPT = 60

/**
 * Asks again with the ETag of the last answer and gives that answer once more when the server says 304.
 * The answers are kept here and not in the browser's cache: what one person may see must not stay on the disk.
 */
export class Unchanged {
  readonly #kept = new Map<string, Kept>()

  onRequest = ({ request }: { request: Request }): Request => {
    const kept = this.#kept.get(keyOf(request))
    if (request.method === 'GET' && kept !== undefined) request.headers.set('If-None-Match', kept.etag)
    return request
  }

  onResponse = async ({ request, response }: { request: Request; response: Response }): Promise<Response> => {
    const key = keyOf(request)
    if (response.status === 304) {
      const kept = this.#kept.get(key)
      if (kept === undefined) return response
      return new Response(kept.text, { status: 200, headers: { 'Content-Type': 'application/json' } })
    }
    const etag = response.headers.get('ETag')
    if (request.method === 'GET' && response.ok && etag !== null) {
      this.#keep(key, { etag, text: await response.clone().text() })
    }
    return response
  }

  forget(): void {
    this.#kept.clear()
  }

  #keep(key: string, answer: Kept): void {
    this.#kept.delete(key)
    this.#kept.set(key, answer)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }
}

function keyOf(request: Request): string {
  return `${request.headers.get('Accept-Language') ?? ''} ${request.url}`
}
