import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'

import { body, client } from './client'
import { ProblemError } from './problem'

export type UserTask = Awaited<ReturnType<typeof readTask>>
export type Action = UserTask['actions'][number]
export type OpenStep = Awaited<ReturnType<typeof readPosition>>['items'][number]
export type TimelineEntry = Awaited<ReturnType<typeof readTimeline>>['items'][number]

const MOST_FIELDS = 1000

export interface FilledForm {
  schema: unknown
  values: Record<string, unknown>
}

function readTask(userTaskKey: string) {
  return body(client.GET('/v2/user-tasks/{userTaskKey}', { params: { path: { userTaskKey } } }))
}

function readTimeline(processInstanceKey: string) {
  const path = { processInstanceKey }
  return body(client.GET('/v2/process-instances/{processInstanceKey}/timeline', { params: { path } }))
}

function readPosition(processInstanceKey: string) {
  const path = { processInstanceKey }
  return body(client.GET('/v2/process-instances/{processInstanceKey}/position', { params: { path } }))
}

/** The form as JSON and the values that this person may see; null for a step without a form. */
async function readFilledForm(userTaskKey: string): Promise<FilledForm | null> {
  const params = { path: { userTaskKey } }
  const form = await body(client.GET('/v2/user-tasks/{userTaskKey}/form', { params })).catch(
    (error: unknown) => {
      if (error instanceof ProblemError && error.status === 404) return undefined
      throw error
    },
  )
  if (!form) return null
  const variables = await body(
    client.POST('/v2/user-tasks/{userTaskKey}/variables/search', {
      params,
      body: { page: { limit: MOST_FIELDS } },
    }),
  )
  return {
    schema: JSON.parse(form.schema) as unknown,
    values: Object.fromEntries(
      variables.items.map(({ name, value }) => [name, JSON.parse(value) as unknown]),
    ),
  }
}

export function useTask(userTaskKey: string) {
  return useQuery({ queryKey: ['task', userTaskKey], queryFn: () => readTask(userTaskKey) })
}

export function useTimeline(processInstanceKey: string | undefined) {
  return useQuery({
    queryKey: ['timeline', processInstanceKey],
    queryFn: () => readTimeline(processInstanceKey ?? ''),
    enabled: processInstanceKey !== undefined,
  })
}

/** The steps the case waits for now, and who owes them. */
export function usePosition(processInstanceKey: string | undefined) {
  return useQuery({
    queryKey: ['timeline', processInstanceKey, 'position'],
    queryFn: () => readPosition(processInstanceKey ?? ''),
    enabled: processInstanceKey !== undefined,
  })
}

export function useFilledForm(userTaskKey: string) {
  return useQuery({ queryKey: ['form', userTaskKey], queryFn: () => readFilledForm(userTaskKey) })
}

export interface Vote {
  outcome: string
  comment: string
  /** One key for one decision, however often the network makes us send it. */
  idempotencyKey: string
}

export function useVote(userTaskKey: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ outcome, comment, idempotencyKey }: Vote) =>
      body(
        client.POST('/v2/user-tasks/{userTaskKey}/vote', {
          params: { path: { userTaskKey } },
          headers: { 'Idempotency-Key': idempotencyKey },
          body: comment === '' ? { outcome } : { outcome, comment },
        }),
      ),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['task', userTaskKey] })
      void queries.invalidateQueries({ queryKey: ['timeline'] })
      void queries.invalidateQueries({ queryKey: ['inbox'] })
    },
  })
}
