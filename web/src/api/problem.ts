/** A request that was refused (a problem document), or never answered. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: string
  readonly facts: Record<string, unknown>
  readonly reference: string | null

  constructor(
    status: number,
    code: string,
    facts: Record<string, unknown> = {},
    reference: string | null = null,
  ) {
    super(`${status} ${code}`)
    this.name = 'ProblemError'
    this.status = status
    this.code = code
    this.facts = facts
    this.reference = reference
  }
}

function codeOfStatus(status: number): string {
  if (status === 401) return 'not_signed_in'
  if (status === 403) return 'not_allowed'
  if (status === 404) return 'route_not_found'
  if (status === 412) return 'precondition_failed'
  if (status === 413) return 'body_too_large'
  if (status === 429) return 'too_many_attempts'
  return status >= 500 ? 'fault' : 'unknown'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `body` is whatever came back: a problem document, a proxy's page, or nothing. */
export function problemFrom(status: number, body: unknown): ProblemError {
  if (!isRecord(body)) return new ProblemError(status, codeOfStatus(status))
  const code = typeof body.code === 'string' ? body.code : codeOfStatus(status)
  const reference = typeof body.reference === 'string' ? body.reference : null
  return new ProblemError(status, code, isRecord(body.facts) ? body.facts : {}, reference)
}

export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  // `fetch` rejects with a TypeError when no answer came at all.
  return error instanceof TypeError ? new ProblemError(0, 'unreachable') : new ProblemError(0, 'unknown')
}
