import { act, renderHook } from '@testing-library/react'
import { describe, expect, it } from 'vitest'

import { useHeldBack } from './heldBack'

function rows(...keys: string[]) {
  return keys.map((workItemKey) => ({ workItemKey }))
}

describe('a list that refreshes by itself', () => {
  it('shows everything of the first load', () => {
    const { result } = renderHook(useHeldBack, { initialProps: rows('a', 'b') })
    expect(result.current.shown).toEqual(rows('a', 'b'))
    expect(result.current.waiting).toBe(0)
  })

  it('holds a new row back until it is asked for', () => {
    const { result, rerender } = renderHook(useHeldBack, { initialProps: rows('a', 'b') })
    rerender(rows('new', 'a', 'b'))
    expect(result.current.shown).toEqual(rows('a', 'b'))
    expect(result.current.waiting).toBe(1)
    act(() => result.current.showAll())
    expect(result.current.shown).toEqual(rows('new', 'a', 'b'))
    expect(result.current.waiting).toBe(0)
  })

  it('takes a row away at once when somebody else has handled it', () => {
    const { result, rerender } = renderHook(useHeldBack, { initialProps: rows('a', 'b') })
    rerender(rows('b'))
    expect(result.current.shown).toEqual(rows('b'))
  })

  it('shows the next page at once, because it comes at the end', () => {
    const { result, rerender } = renderHook(useHeldBack, { initialProps: rows('a', 'b') })
    rerender(rows('a', 'b', 'c', 'd'))
    expect(result.current.shown).toEqual(rows('a', 'b', 'c', 'd'))
    expect(result.current.waiting).toBe(0)
  })

  it('shows the first row that arrives in an empty list', () => {
    const { result, rerender } = renderHook(useHeldBack, { initialProps: rows() })
    rerender(rows('a'))
    expect(result.current.shown).toEqual(rows('a'))
  })
})
