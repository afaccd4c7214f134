import assert from 'node:assert/strict'
import { test } from 'node:test'

import { listShown, openInbox, signIn, visit } from './support/browser.mjs'

const SPOKEN = {
  'zh-CN': {
    heading: '登录规程',
    wrong: '用户名或密码不对',
    inbox: '待办',
    out: '退出登录',
    lang: 'zh-CN',
  },
  'en-US': {
    heading: 'Sign in to Guicheng',
    wrong: 'user name or password is wrong',
    inbox: 'To do',
    out: 'Sign out',
    lang: 'en',
  },
}

for (const [language, words] of Object.entries(SPOKEN)) {
  test(`a person signs in and out (${language})`, () =>
    visit({ language }, async (page) => {
      await page.goto('/')
      await page.waitForURL('**/sign-in')
      await page.getByRole('heading', { level: 1, name: words.heading }).waitFor()
      assert.equal(await page.evaluate(() => document.documentElement.lang), words.lang)

      await openInbox(page)
      await page.getByRole('heading', { level: 1, name: words.inbox }).waitFor()
      await page.getByRole('banner').getByRole('button').click()
      await page.getByRole('button', { name: words.out }).click()
      await page.waitForURL('**/sign-in**')

      await page.goto('/inbox')
      await page.waitForURL('**/sign-in**')
    }))

  test(`a wrong password is said in a sentence, and the name stays (${language})`, () =>
    visit({ language }, async (page) => {
      await signIn(page, 'wang.lei', 'not the password')
      await page.getByRole('alert').filter({ hasText: words.wrong }).waitFor()
      assert.equal(await page.locator('[name=username]').inputValue(), 'wang.lei')
      assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'password')
    }))
}

test('nothing is sent while a field is empty, and the first empty one has the focus', () =>
  visit({}, async (page) => {
    await page.goto('/sign-in')
    const sent = []
    page.on('request', (request) => sent.push(request.method()))
    await page.locator('[type=submit]').click()
    await page.getByText('请填写用户名').waitFor()
    await page.getByText('请填写密码').waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'username')
    assert.equal(sent.includes('POST'), false)
  }))

test('after signing in one is where one wanted to go', () =>
  visit({}, async (page) => {
    await page.goto('/settings')
    await page.waitForURL('**/sign-in?next=%2Fsettings')
    await page.locator('[name=username]').fill('wang.lei')
    await page.locator('[name=password]').fill('guicheng-demo')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/settings')
    await page.getByText('王磊').first().waitFor()
  }))

test('a session that ends asks for the password over the page', () =>
  visit({}, async (page, context) => {
    await openInbox(page)
    await context.clearCookies()
    await page.getByRole('button', { name: '刷新' }).click()
    const dialog = page.getByRole('dialog', { name: '登录已过期' })
    await dialog.waitFor()
    await dialog.locator('[name=password]').fill('guicheng-demo')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await listShown(page)
    assert.equal(new URL(page.url()).pathname, '/inbox')
  }))
