import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { askForLeave } from './support/cases.mjs'
import { openInbox, visit } from './support/browser.mjs'

before(() => askForLeave('chen.bo'))

test('a leave request of chen.bo is in the list of wang.lei, with everything one needs to choose', () =>
  visit({}, async (page) => {
    await openInbox(page)
    const row = page.locator('tbody tr').filter({ hasText: '陈博' }).first()
    await row.getByText('请假').first().waitFor()
    await row.locator('time').first().waitFor()
    await row.getByText('指派给我').waitFor()
    assert.match(await page.title(), /^待办 · 规程$/)
  }))

test('a row opens the task: its form, its story, and the verdicts the server offers', () =>
  visit({}, async (page) => {
    await openInbox(page)
    await page.locator('tbody tr').filter({ hasText: '陈博' }).first().getByRole('link').click()
    await page.waitForURL('**/tasks/*')
    await page.getByRole('heading', { level: 2, name: '表单' }).waitFor()
    await page.locator('ol li').filter({ hasText: '陈博' }).first().waitFor()
    await page.getByRole('button', { name: '同意' }).waitFor()
  }))

test('an approval is told in the list afterwards, and the row is gone', () =>
  visit({}, async (page) => {
    await openInbox(page)
    const rows = page.locator('tbody tr')
    const link = rows.filter({ hasText: '陈博' }).first().getByRole('link')
    const address = await link.getAttribute('href')
    await link.click()
    await page.getByRole('button', { name: '同意' }).click()
    await page.getByLabel('意见（选填）').fill('路上小心')
    await page.getByRole('button', { name: '确认同意' }).click()
    await page.waitForURL('**/inbox')
    await page.getByRole('status').filter({ hasText: '已记入时间线' }).waitFor()
    await page.locator(`a[href="${address}"]`).waitFor({ state: 'detached' })
  }))

test('a rejection without a reason stays on the page and keeps what was typed', () =>
  visit({}, async (page) => {
    await askForLeave('chen.bo')
    await openInbox(page)
    await page.locator('tbody tr').filter({ hasText: '陈博' }).first().getByRole('link').click()
    await page.getByRole('button', { name: '拒绝' }).click()
    await page.getByLabel('意见').fill('。')
    await page.getByRole('button', { name: '确认拒绝' }).click()
    await page.getByText('请写明理由').waitFor()
    assert.equal(await page.getByLabel('意见').inputValue(), '。')
  }))

test('the views are part of the address, and an empty one says so', () =>
  visit({}, async (page) => {
    await openInbox(page, 'jin.lan')
    await page.getByRole('heading', { name: '都办完了' }).waitFor()
    await page.getByText('待领取', { exact: true }).click()
    await page.waitForURL('**/inbox?view=pool')
    await page.getByRole('heading', { name: '没有待领取的待办' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: '没有待领取的待办' }).waitFor()
  }))

test('the list can be walked with J, K and Enter alone', () =>
  visit({}, async (page) => {
    await askForLeave('chen.bo')
    await openInbox(page)
    await page.locator('tbody a').first().focus()
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'))
    assert.equal(await focused(), await page.locator('tbody a').first().getAttribute('href'))
    await page.keyboard.press('Enter')
    await page.waitForURL('**/tasks/*')
  }))

test('an unchanged list is asked for with its ETag and answered with 304', () =>
  visit({}, async (page) => {
    await openInbox(page)
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/v2/inbox')),
      page.getByRole('button', { name: '刷新' }).click(),
    ])
    assert.equal(answer.status(), 304)
    await page.locator('tbody tr').first().waitFor()
  }))

test('a new row waits until it is asked for, so that nothing moves under the pointer', () =>
  visit({}, async (page) => {
    await askForLeave('chen.bo')
    await openInbox(page)
    const shown = await page.locator('tbody tr').count()
    let asked = 0
    await page.route('**/v2/inbox*', async (route) => {
      asked += 1
      const answer = await route.fetch({
        headers: { ...route.request().headers(), 'if-none-match': '' },
      })
      const list = await answer.json()
      const [first] = list.items
      list.items.unshift({
        ...first,
        workItemKey: '1',
        taskKey: '1',
        title: '刚到的一件',
      })
      await route.fulfill({ json: list })
    })
    await page.getByRole('button', { name: '刷新' }).click()
    await page.getByRole('button', { name: '有 1 条新待办' }).waitFor()
    assert.equal(await page.locator('tbody tr').count(), shown)
    await page.getByRole('button', { name: '有 1 条新待办' }).click()
    await page.getByText('刚到的一件').waitFor()
    assert.ok(asked > 0)
  }))
