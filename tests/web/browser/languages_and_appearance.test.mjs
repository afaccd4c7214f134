import assert from 'node:assert/strict'
import { test } from 'node:test'

import { openInbox, visit } from './support/browser.mjs'

const HAN = /\p{Script=Han}/u

test('the language can be changed where one is, and is remembered', () =>
  visit({ language: 'zh-CN' }, async (page) => {
    await openInbox(page)
    await page.getByRole('banner').getByRole('button').click()
    await page.getByText('English', { exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'To do' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'To do' }).waitFor()
  }))

test('an English page holds no Chinese but names, titles and the name of the language', () =>
  visit({ language: 'en-US' }, async (page) => {
    await page.goto('/sign-in')
    await page.getByRole('heading', { level: 1 }).waitFor()
    const texts = await page.locator('body').evaluate((body) => body.innerText.split('\n'))
    assert.deepEqual(
      texts.filter((text) => HAN.test(text)),
      ['中文'],
    )
  }))

test('the server is asked in the language of the page', () =>
  visit({ language: 'en-US' }, async (page) => {
    const [request] = await Promise.all([
      page.waitForRequest((asked) => asked.url().includes('/v2/inbox')),
      openInbox(page),
    ])
    assert.equal(await request.headerValue('accept-language'), 'en')
  }))

test('the page follows a dark system from the first paint', () =>
  visit({ scheme: 'dark' }, async (page) => {
    await page.goto('/sign-in')
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
    await openInbox(page)
    const ground = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    assert.equal(ground, 'rgb(11, 12, 14)')
  }))

test('a chosen appearance wins over the system and is remembered', () =>
  visit({ scheme: 'light' }, async (page) => {
    await openInbox(page)
    await page.getByRole('banner').getByRole('button').click()
    await page.getByText('深色', { exact: true }).click()
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    await page.reload()
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  }))
