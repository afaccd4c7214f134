import { test } from 'node:test'

import { openInbox, signIn, visit } from './support/browser.mjs'

const BROKEN = {
  status: 500,
  contentType: 'application/problem+json',
  body: JSON.stringify({
    type: 'about:blank',
    title: 'Fault',
    status: 500,
    detail: 'x',
    instance: '/v2/inbox',
    reference: '8F3K-22',
    code: 'fault',
  }),
}

test('a list that cannot be loaded says so, names a reference and can be asked for again', () =>
  visit({ expectsFailure: true }, async (page) => {
    await page.route('**/v2/inbox*', (route) => route.fulfill(BROKEN))
    await signIn(page)
    await page.getByRole('heading', { name: '没能载入这一页' }).waitFor()
    await page.getByText('8F3K-22').waitFor()
    await page.unroute('**/v2/inbox*')
    await page.getByRole('button', { name: '重试' }).click()
    await page.getByRole('heading', { name: '没能载入这一页' }).waitFor({ state: 'detached' })
  }))

test('a list that cannot be refreshed stays, with its age', () =>
  visit({ expectsFailure: true }, async (page) => {
    await openInbox(page)
    await page.route('**/v2/inbox*', (route) => route.abort())
    await page.getByRole('button', { name: '刷新' }).click()
    await page.getByRole('alert').filter({ hasText: '连不上服务器' }).waitFor()
    await page.locator('main table, main section').first().waitFor()
  }))

test('without a network one is told that one can read and not submit', () =>
  visit({ expectsFailure: true }, async (page, context) => {
    await openInbox(page)
    await context.setOffline(true)
    await page.getByText('已离线').waitFor()
    await context.setOffline(false)
    await page.getByText('已离线').waitFor({ state: 'detached' })
  }))

test('an address that is no page leads back to the list', () =>
  visit({}, async (page) => {
    await openInbox(page)
    await page.goto('/no/such/page')
    await page.getByRole('heading', { name: '没有这个页面' }).waitFor()
    await page.getByRole('link', { name: '打开待办' }).click()
    await page.waitForURL('**/inbox')
  }))

test('a task that is not there, or not for me, says so in a sentence', () =>
  visit({}, async (page) => {
    await openInbox(page)
    await page.goto('/tasks/1')
    await page.getByRole('alert').filter({ hasText: '没有找到这项任务' }).waitFor()
  }))
