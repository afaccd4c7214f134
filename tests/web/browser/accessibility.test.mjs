import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { barriers, DESKTOP, openInbox, PHONE, visit } from './support/browser.mjs'
import { askForLeave } from './support/cases.mjs'

before(() => askForLeave('chen.bo'))

for (const [language, scheme, screen] of [
  ['zh-CN', 'light', DESKTOP],
  ['zh-CN', 'dark', PHONE],
  ['en-US', 'light', PHONE],
  ['en-US', 'dark', DESKTOP],
]) {
  test(`axe finds no barrier on any page (${language}, ${scheme}, ${screen.width} px)`, () =>
    visit({ language, scheme, screen }, async (page) => {
      await page.goto('/sign-in')
      await page.locator('[name=username]').waitFor()
      assert.deepEqual(await barriers(page), [])

      await openInbox(page)
      assert.deepEqual(await barriers(page), [])

      await page.locator('tbody a').first().click()
      await page.locator('ol li').first().waitFor()
      assert.deepEqual(await barriers(page), [])

      await page.locator('[data-verdict]').first().click()
      await page.getByRole('dialog').waitFor()
      assert.deepEqual(await barriers(page), [])

      await page.goto('/settings')
      await page.getByRole('heading', { level: 1 }).waitFor()
      assert.deepEqual(await barriers(page), [])

      await page.getByRole('banner').getByRole('button').click()
      await page.locator('[popover]').waitFor()
      assert.deepEqual(await barriers(page), [])
    }))
}

test('the first stop of the keyboard leads to the content', () =>
  visit({}, async (page) => {
    await openInbox(page)
    await page.reload()
    await page.locator('tbody a').first().waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), '跳到正文')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content')
  }))

test('a dialog keeps the focus inside, and Escape gives it back', () =>
  visit({}, async (page) => {
    await openInbox(page)
    await page.locator('tbody a').first().click()
    const verdict = page.getByRole('button', { name: '同意' })
    await verdict.click()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), '同意')
  }))

test('every page has one main heading and a name of its own', () =>
  visit({}, async (page) => {
    await openInbox(page)
    assert.match(await page.title(), /待办 · 规程/)
    assert.equal(await page.locator('h1').count(), 1)
    await page.goto('/settings')
    await page.locator('h1').waitFor()
    assert.match(await page.title(), /设置 · 规程/)
    assert.equal(await page.locator('h1').count(), 1)
  }))
