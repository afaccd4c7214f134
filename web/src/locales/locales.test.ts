import { describe, expect, it } from 'vitest'

import { resources } from '.'

const PLURAL = /_(zero|one|two|few|many|other)$/

function flat(node: object, prefix = ''): [string, string][] {
  return Object.entries(node).flatMap(([name, inside]: [string, unknown]) =>
    typeof inside === 'string'
      ? [[`${prefix}${name}`, inside] as [string, string]]
      : flat(inside as object, `${prefix}${name}.`),
  )
}

const zh = new Map(flat(resources.zh))
const en = new Map(flat(resources.en))

function meanings(keys: Iterable<string>): string[] {
  return [...new Set([...keys].map((key) => key.replace(PLURAL, '')))].sort()
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name ?? '').sort()
}

describe('the words of both languages', () => {
  it('name the same things', () => {
    expect(meanings(en.keys())).toEqual(meanings(zh.keys()))
  })

  it('are never empty', () => {
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('use the same placeholders', () => {
    for (const [key, text] of en) {
      const chinese = zh.get(key) ?? zh.get(key.replace(PLURAL, '_other'))
      expect([key, placeholders(text)]).toEqual([key, placeholders(chinese ?? '')])
    }
  })

  it('have every plural form of their language', () => {
    const singular = [...en.keys()].filter((key) => key.endsWith('_one'))
    expect(singular.filter((key) => !en.has(key.replace(/_one$/, '_other')))).toEqual([])
  })

  it('are Chinese in Chinese and English in English', () => {
    const named = new Set(['common.language.zh'])
    expect([...en].filter(([key, text]) => /\p{Script=Han}/u.test(text) && !named.has(key))).toEqual([])
    const latin = [...zh].filter(([, text]) => !/\p{Script=Han}/u.test(text.replace(/{{\w+}}/g, '')))
    expect(latin.map(([key]) => key)).toEqual(['common.language.en', 'common.noValue'])
  })

  it('end Chinese sentences with full-width punctuation', () => {
    expect([...zh].filter(([, text]) => /\p{Script=Han}[,.;:!?]/u.test(text))).toEqual([])
  })
})
