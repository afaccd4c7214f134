import { describe, expect, it } from 'vitest'

import { grouped, lines, read } from './filledForm'

const schema = {
  components: [
    { type: 'text', text: '# Leave' },
    { type: 'textfield', key: 'reason', label: '事由' },
    {
      type: 'select',
      key: 'kind',
      label: '假别',
      values: [{ value: 'annual', label: '年假' }],
      properties: { 'gc.label.en': 'Type', 'gc.option.en.annual': 'Annual' },
    },
    { type: 'datetime', key: 'from', dateLabel: '开始', subtype: 'date' },
    { type: 'textfield', key: 'proof', label: '证明', conditional: { hide: '=kind = "annual"' } },
    { type: 'textfield', key: 'salary', label: '工资' },
    {
      type: 'group',
      label: '金额',
      components: [{ type: 'number', key: 'total', label: '合计', properties: { 'gc.type': 'money' } }],
    },
    {
      type: 'dynamiclist',
      path: 'lines',
      label: '明细',
      components: [
        { type: 'textfield', key: 'item', label: '产品' },
        { type: 'number', key: 'quantity', label: '数量' },
      ],
    },
  ],
}

describe('a filled form', () => {
  it('reads as labels and values, options in words', () => {
    expect(lines(schema, { reason: '回家', kind: 'annual' }, 'zh')).toEqual([
      { kind: 'value', key: 'reason', label: '事由', value: { kind: 'text', text: '回家' } },
      { kind: 'value', key: 'kind', label: '假别', value: { kind: 'text', text: '年假' } },
    ])
  })

  it('does not mention a field whose value was not sent', () => {
    expect(lines(schema, { reason: '回家' }, 'zh').map((line) => line.key)).toEqual(['reason'])
  })

  it('speaks English where its author did', () => {
    expect(lines(schema, { kind: 'annual', from: '2026-11-23' }, 'en')).toEqual([
      { kind: 'value', key: 'kind', label: 'Type', value: { kind: 'text', text: 'Annual' } },
      { kind: 'value', key: 'from', label: '开始', value: { kind: 'date', text: '2026-11-23' } },
    ])
  })

  it('leaves out a conditional field that is empty', () => {
    expect(lines(schema, { proof: null }, 'zh')).toEqual([])
    expect(lines(schema, { proof: '有' }, 'zh')).toHaveLength(1)
  })

  it('shows a group only when something in it is shown', () => {
    expect(lines(schema, { total: '485000.00' }, 'zh')).toEqual([
      { kind: 'heading', key: 'group-6', label: '金额' },
      { kind: 'value', key: 'total', label: '合计', value: { kind: 'money', text: '485,000.00' } },
    ])
  })

  it('reads a detail table row by row', () => {
    const [details] = lines(schema, { lines: [{ item: 'A4', quantity: 1200 }, { item: 'A3' }] }, 'zh')
    expect(details).toMatchObject({
      columns: [
        { key: 'item', label: '产品', numeric: false },
        { key: 'quantity', label: '数量', numeric: true },
      ],
      rows: [
        [
          { kind: 'text', text: 'A4' },
          { kind: 'number', text: '1,200' },
        ],
        [{ kind: 'text', text: 'A3' }, { kind: 'none' }],
      ],
    })
  })

  it.each([null, 'text', [], { components: 'none' }, { components: [null, 7, {}] }])(
    'shows nothing of a schema that is none: %j',
    (broken) => {
      expect(lines(broken, { reason: 'x' }, 'zh')).toEqual([])
    },
  )

  it('tells no value, no and zero apart', () => {
    const field = { type: 'number', key: 'n' }
    expect(read(field, null, 'zh')).toEqual({ kind: 'none' })
    expect(read(field, false, 'zh')).toEqual({ kind: 'truth', is: false })
    expect(read(field, 0, 'zh')).toEqual({ kind: 'number', text: '0' })
  })
})

describe('a grouped number', () => {
  it.each([
    ['1234567.50', '1,234,567.50'],
    ['-1000', '-1,000'],
    ['999', '999'],
    ['12345678901234567890.123456', '12,345,678,901,234,567,890.123456'],
    ['1e5', '1e5'],
  ])('writes %s as %s', (decimal, shown) => {
    expect(grouped(decimal)).toBe(shown)
  })
})
