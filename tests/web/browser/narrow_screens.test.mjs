import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { PHONE, openInbox, visit, widthOf } from './support/browser.mjs'
import { askForLeave } from './support/cases.mjs'

before(() => askForLeave('chen.bo'))

async function fits(page, width) {
  assert.ok((await widthOf(page)) <= width, `${page.url()} is wider than ${width} px`)
}

for (const width of [PHONE.width, 320]) {
  test(`no page scrolls sideways at ${width} px`, () =>
    visit({ screen: { width, height: PHONE.height } }, async (page) => {
      await page.goto('/sign-in')
      await page.locator('[name=username]').waitFor()
      await fits(page, width)
      await openInbox(page)
      await fits(page, width)
      await page.locator('tbody a').first().click()
      await page.getByRole('heading', { level: 2, name: '表单' }).waitFor()
      await page.locator('ol li').first().waitFor()
      await fits(page, width)
      await page.goto('/settings')
      await page.getByRole('heading', { level: 1 }).waitFor()
      await fits(page, width)
    }))
}

test('on a phone one moves by the tabs below, and the rail is gone', () =>
  visit({ screen: PHONE }, async (page) => {
    await openInbox(page)
    const tabs = page.getByRole('navigation').filter({ visible: true })
    assert.equal(await tabs.count(), 1)
    await tabs.getByRole('link', { name: '我的' }).click()
    await page.waitForURL('**/settings')
  }))

test('everything one touches is at least 44 px high', () =>
  visit({ screen: PHONE }, async (page) => {
    const tooSmall = () =>
      page.locator('button:visible, nav a:visible, input[name]:visible').evaluateAll((targets) =>
        targets
          .map((target) => ({
            name: target.textContent || target.getAttribute('name'),
            height: target.getBoundingClientRect().height,
          }))
          .filter(({ height }) => height < 43.5),
      )
    await page.goto('/sign-in')
    await page.locator('[name=username]').waitFor()
    assert.deepEqual(await tooSmall(), [])
    await openInbox(page)
    assert.deepEqual(await tooSmall(), [])
    await page.locator('tbody a').first().click()
    await page.getByRole('button', { name: '同意' }).waitFor()
    assert.deepEqual(await tooSmall(), [])
  }))
