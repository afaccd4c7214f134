import type { ReactNode } from 'react'

import styles from './Notice.module.css'

interface EmptyProps {
  title: string
  hint: string
  children?: ReactNode
}

/** A finished path: nothing is left to do here. */
export function Empty({ title, hint, children }: EmptyProps) {
  return (
    <section className={styles.notice}>
      <svg className={styles.drawing} viewBox="0 0 120 72" aria-hidden>
        <path d="M12 36h96" className={styles.line} />
        <circle cx="12" cy="36" r="6" className={styles.done} />
        <circle cx="60" cy="36" r="6" className={styles.done} />
        <circle cx="108" cy="36" r="10" className={styles.done} />
        <path d="m103.5 36.500 3 3 6-6.500" className={styles.tick} />
      </svg>
      <h2>{title}</h2>
      <p>{hint}</p>
      {children}
    </section>
  )
}
