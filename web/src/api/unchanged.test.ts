import { describe, expect, it } from 'vitest'

import { Unchanged } from './unchanged'

const ADDRESS = 'http://127.0.0.1/v2/inbox'

function asked(unchanged: Unchanged, language = 'zh-CN'): Request {
  return unchanged.onRequest({ request: new Request(ADDRESS, { headers: { 'Accept-Language': language } }) })
}

async function answered(unchanged: Unchanged, request: Request, response: Response): Promise<string> {
  return (await unchanged.onResponse({ request, response })).text()
}

describe('an answer with an ETag', () => {
  it('is given again when the server says that nothing has changed', async () => {
    const unchanged = new Unchanged()
    const first = asked(unchanged)
    expect(first.headers.get('If-None-Match')).toBeNull()
    await answered(unchanged, first, new Response('{"items":[]}', { headers: { ETag: '"a"' } }))

    const second = asked(unchanged)
    expect(second.headers.get('If-None-Match')).toBe('"a"')
    expect(await answered(unchanged, second, new Response(null, { status: 304 }))).toBe('{"items":[]}')
  })

  it('is replaced by the next one', async () => {
    const unchanged = new Unchanged()
    await answered(unchanged, asked(unchanged), new Response('1', { headers: { ETag: '"a"' } }))
    await answered(unchanged, asked(unchanged), new Response('2', { headers: { ETag: '"b"' } }))
    expect(asked(unchanged).headers.get('If-None-Match')).toBe('"b"')
  })

  it('is not given in another language, nor to the next person', async () => {
    const unchanged = new Unchanged()
    await answered(unchanged, asked(unchanged), new Response('1', { headers: { ETag: '"a"' } }))
    expect(asked(unchanged, 'en').headers.get('If-None-Match')).toBeNull()
    unchanged.forget()
    expect(asked(unchanged).headers.get('If-None-Match')).toBeNull()
  })

  it('is not kept when it refuses', async () => {
    const unchanged = new Unchanged()
    await answered(unchanged, asked(unchanged), new Response('{}', { status: 403, headers: { ETag: '"a"' } }))
    expect(asked(unchanged).headers.get('If-None-Match')).toBeNull()
  })

  it('does not crowd out the memory', async () => {
    const unchanged = new Unchanged()
    for (let page = 0; page < 200; page += 1) {
      const request = new Request(`${ADDRESS}?cursor=${page}`)
      await answered(unchanged, request, new Response('x', { headers: { ETag: '"a"' } }))
    }
    const oldest = unchanged.onRequest({ request: new Request(`${ADDRESS}?cursor=0`) })
    const newest = unchanged.onRequest({ request: new Request(`${ADDRESS}?cursor=199`) })
    expect(oldest.headers.get('If-None-Match')).toBeNull()
    expect(newest.headers.get('If-None-Match')).toBe('"a"')
  })
})
