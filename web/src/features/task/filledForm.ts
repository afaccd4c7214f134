/** The form of a step as plain lines to read: what the schema says, filled with the values. */
export type Line =
  | { kind: 'heading'; key: string; label: string }
  | { kind: 'value'; key: string; label: string; value: Value }
  | {
      kind: 'rows'
      key: string
      label: string
      columns: { key: string; label: string; numeric: boolean }[]
      rows: Value[][]
    }

export type Value =
  | { kind: 'none' }
  | { kind: 'text'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'money'; text: string }
  | { kind: 'truth'; is: boolean }
  | { kind: 'date'; text: string }
  | { kind: 'moment'; at: string }
  | { kind: 'files'; count: number }

interface Component {
  type: string
  key?: string
  path?: string
  label?: string
  dateLabel?: string
  timeLabel?: string
  conditional?: object
  subtype?: string
  components?: Component[]
  values?: { value: unknown; label: string }[]
  properties?: Record<string, unknown>
}

const DECORATION = new Set([
  'text',
  'html',
  'image',
  'separator',
  'spacer',
  'button',
  'iframe',
  'documentPreview',
])

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function componentsOf(schema: unknown): Component[] {
  if (!isRecord(schema) || !Array.isArray(schema.components)) return []
  return schema.components.filter(
    (component): component is Component => isRecord(component) && typeof component.type === 'string',
  )
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (isRecord(value) && typeof value.name === 'string') return value.name
  return JSON.stringify(value)
}

function property(component: Component, name: string): string | undefined {
  const value = component.properties?.[name]
  return typeof value === 'string' ? value : undefined
}

function labelOf(component: Component, language: string): string {
  const english = language === 'en' ? property(component, 'gc.label.en') : undefined
  return english ?? component.label ?? component.dateLabel ?? component.timeLabel ?? component.key ?? ''
}

function worded(component: Component, value: unknown, language: string): string {
  const english = language === 'en' ? property(component, `gc.option.en.${plain(value)}`) : undefined
  return english ?? component.values?.find((option) => option.value === value)?.label ?? plain(value)
}

/** Groups of three, without ever passing the decimal text through a float. */
export function grouped(decimal: string): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(decimal) ?? []
  return whole === '' ? decimal : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`
}

export function read(component: Component, value: unknown, language: string): Value {
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) {
    return { kind: 'none' }
  }
  if (typeof value === 'boolean') return { kind: 'truth', is: value }
  if (component.type === 'filepicker')
    return { kind: 'files', count: Array.isArray(value) ? value.length : 1 }
  if (Array.isArray(value))
    return { kind: 'text', text: value.map((one) => worded(component, one, language)).join(' · ') }
  const text = worded(component, value, language)
  if (component.type === 'datetime') {
    return component.subtype === 'datetime' ? { kind: 'moment', at: text } : { kind: 'date', text }
  }
  if (property(component, 'gc.type') === 'money') return { kind: 'money', text: grouped(text) }
  if (property(component, 'gc.type') === 'percent') return { kind: 'number', text: `${text} %` }
  if (component.type === 'number' || typeof value === 'number') return { kind: 'number', text: grouped(text) }
  return { kind: 'text', text }
}

function table(component: Component, values: Record<string, unknown>, language: string): Line[] {
  const key = component.path ?? component.key ?? ''
  if (!(key in values)) return []
  const columns = (component.components ?? []).filter((column) => column.key !== undefined)
  const rows = Array.isArray(values[key]) ? values[key].filter(isRecord) : []
  return [
    {
      kind: 'rows',
      key,
      label: labelOf(component, language),
      columns: columns.map((column) => ({
        key: column.key ?? '',
        label: labelOf(column, language),
        numeric: column.type === 'number',
      })),
      rows: rows.map((row) => columns.map((column) => read(column, row[column.key ?? ''], language))),
    },
  ]
}

function linesOf(
  components: readonly Component[],
  values: Record<string, unknown>,
  language: string,
): Line[] {
  return components.flatMap((component, index): Line[] => {
    if (DECORATION.has(component.type)) return []
    if (component.type === 'dynamiclist') return table(component, values, language)
    if (component.type === 'group') {
      const inside = linesOf(component.components ?? [], values, language)
      if (inside.length === 0 || !component.label) return inside
      return [{ kind: 'heading', key: `group-${index}`, label: labelOf(component, language) }, ...inside]
    }
    // A field that this person may not see is not among the values.
    if (component.key === undefined || !(component.key in values)) return []
    const { key } = component
    const value = read(component, values[key], language)
    // An empty field that depends on others was most likely not asked for.
    if (value.kind === 'none' && component.conditional !== undefined) return []
    return [{ kind: 'value', key, label: labelOf(component, language), value }]
  })
}

export function lines(schema: unknown, values: Record<string, unknown>, language: string): Line[] {
  return linesOf(componentsOf(schema), values, language)
}
