import { useSyncExternalStore } from 'react'

const TICK_MILLISECONDS = 30_000

let now = new Date()

function listen(changed: () => void): () => void {
  const timer = setInterval(() => {
    now = new Date()
    changed()
  }, TICK_MILLISECONDS)
  return () => clearInterval(timer)
}

/** The present moment, so that "3 minutes ago" grows older while one looks at it. */
export function useNow(): Date {
  return useSyncExternalStore(listen, () => now)
}
