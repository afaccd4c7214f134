// Opens pages in Debian's Chromium and holds every one of them to the same rules:
// no error in the console, no broken script, no answer of 500 or above.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before } from 'node:test'

export const fromWeb = createRequire(new URL('../../../../web/package.json', import.meta.url))
const { chromium } = fromWeb('playwright-core')

export const ADDRESS = process.env.GUICHENG_ADDRESS
assert.ok(ADDRESS, 'GUICHENG_ADDRESS names no running server')

export const PASSWORD = 'guicheng-demo'
export const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 350, height: 760 }

const PATIENCE_MILLISECONDS = 15_000

let browser
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.GUICHENG_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
})
after(() => browser?.close())

/** Refusals that a page shows in words; the browser writes them to its console all the same. */
const SPOKEN_OF = [401, 403, 404, 409, 429]

/**
 * Runs `story(page)` in a browser of its own, then checks the rules.
 * `expectsFailure`: the story itself breaks the server or the network.
 */
export async function visit(
  { language = 'zh-CN', scheme = 'light', screen = DESKTOP, expectsFailure = false },
  story,
) {
  const phone = screen.width < 768
  const context = await browser.newContext({
    baseURL: ADDRESS,
    locale: language,
    colorScheme: scheme,
    viewport: screen,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    hasTouch: phone,
    isMobile: phone,
  })
  context.setDefaultTimeout(PATIENCE_MILLISECONDS)
  const complaints = []
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    const refusal = /status of (\d+)/.exec(message.text())
    if (refusal !== null && SPOKEN_OF.includes(Number(refusal[1]))) return
    complaints.push(`${message.type()}: ${message.text()}`)
  })
  context.on('weberror', (error) => complaints.push(`script: ${error.error().message}`))
  context.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`)
  })
  try {
    const page = await context.newPage()
    await story(page, context)
    if (!expectsFailure) assert.deepEqual(complaints, [])
  } finally {
    await context.close()
  }
}

export async function signIn(page, name = 'wang.lei', password = PASSWORD) {
  await page.goto('/sign-in')
  await page.locator('[name=username]').fill(name)
  await page.locator('[name=password]').fill(password)
  await page.locator('[type=submit]').click()
}

/** Signed in and looking at the list, or at the words that there is nothing in it. */
export async function openInbox(page, name = 'wang.lei') {
  await signIn(page, name)
  await page.waitForURL('**/inbox')
  await listShown(page)
}

export async function listShown(page) {
  await page.locator('main table tbody tr, main section h2').first().waitFor()
}

export async function widthOf(page) {
  return page.evaluate(() => document.documentElement.scrollWidth)
}

const axe = readFileSync(fromWeb.resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds against WCAG 2.2 AA, as short lines. */
export async function barriers(page) {
  // Put in by the debugger: the content policy of the server forbids foreign scripts, and it should.
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`))
}
