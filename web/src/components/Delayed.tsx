import { useEffect, useState, type ReactNode } from 'react'

const DELAY_MILLISECONDS = 150

/** A skeleton that flashes for an instant is worse than none. */
export function Delayed({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), DELAY_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [])
  return shown ? children : null
}
