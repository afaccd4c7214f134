// Starts cases over the API, as another person would from another machine.
import assert from 'node:assert/strict'

import { ADDRESS, PASSWORD } from './browser.mjs'

async function ask(person, path, body) {
  const answer = await fetch(`${ADDRESS}${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Basic ${Buffer.from(`${person}:${PASSWORD}`).toString('base64')}`,
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}

/** Two days of personal leave, which the starter's manager decides. */
export function askForLeave(person) {
  const start = new Date(Date.now() + 14 * 86_400_000)
  // A Monday at nine in the company's zone, so that both days are working days.
  start.setUTCDate(start.getUTCDate() + ((8 - start.getUTCDay()) % 7))
  start.setUTCHours(1, 0, 0, 0)
  const end = new Date(start.getTime() + 32 * 3_600_000)
  return ask(person, '/v2/process-instances', {
    processDefinitionId: 'leave_request',
    variables: {
      leave_type: 'personal',
      start: start.toISOString(),
      end: end.toISOString(),
      reason: '回家探亲',
      substitute: 'he.yun',
    },
  })
}
