import { useState } from 'react'

interface Keyed {
  workItemKey: string
}

interface HeldBack<T> {
  /** What is on the screen: nothing moves under the pointer. */
  shown: T[]
  /** What arrived by itself meanwhile and waits to be asked for. */
  waiting: number
  showAll: () => void
}

/** Rows of a background refresh wait at the top; rows of a page that was asked for come at the end and are shown. */
export function separate<T extends Keyed>(
  rows: readonly T[],
  accepted: ReadonlySet<string>,
): { shown: T[]; waiting: T[] } {
  const lastKnown = rows.findLastIndex((row) => accepted.has(row.workItemKey))
  const waits = (row: T, index: number) => index < lastKnown && !accepted.has(row.workItemKey)
  return { shown: rows.filter((row, index) => !waits(row, index)), waiting: rows.filter(waits) }
}

export function useHeldBack<T extends Keyed>(rows: readonly T[]): HeldBack<T> {
  const [accepted, setAccepted] = useState<ReadonlySet<string>>(new Set())
  const { shown, waiting } = separate(rows, accepted)

  const unseen = shown.filter((row) => !accepted.has(row.workItemKey))
  if (unseen.length > 0) setAccepted(new Set([...accepted, ...unseen.map((row) => row.workItemKey)]))

  return {
    shown,
    waiting: waiting.length,
    showAll: () => setAccepted(new Set(rows.map((row) => row.workItemKey))),
  }
}
