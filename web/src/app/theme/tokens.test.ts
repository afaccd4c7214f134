import { describe, expect, it } from 'vitest'

import { dark, light, type Tokens } from './tokens'

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const part = parseInt(colour.slice(start, start + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const required: [keyof Tokens, keyof Tokens, number][] = [
  ['text', 'surface', 7],
  ['text', 'page', 7],
  ['secondary', 'surface', 4.5],
  ['secondary', 'page', 4.5],
  ['tertiary', 'surface', 4.5],
  ['tertiary', 'page', 4.5],
  ['tertiary', 'sunken', 4.5],
  ['link', 'surface', 4.5],
  ['link', 'accentGround', 4.5],
  ['text', 'accentGround', 7],
  ['onPrimary', 'primary', 4.5],
  ['pending', 'pendingGround', 5.5],
  ['passed', 'passedGround', 5.5],
  ['rejected', 'rejectedGround', 5.5],
  ['rejected', 'surface', 5.5],
  ['returned', 'returnedGround', 5.5],
  ['quiet', 'quietGround', 5.5],
  ['onOverdue', 'overdue', 5.5],
  ['text', 'selected', 7],
  ['secondary', 'quietGround', 4.5],
  ['control', 'surface', 3],
  ['focus', 'page', 3],
  ['focus', 'surface', 3],
]

describe.each(Object.entries({ light, dark }))('the %s colours', (_, tokens) => {
  it.each(required)('show %s on %s with a contrast of at least %s', (front, ground, least) => {
    expect(contrast(tokens[front], tokens[ground])).toBeGreaterThanOrEqual(least)
  })
})
