import type { ReactNode } from 'react'

import styles from './SignIn.module.css'

interface FieldLineProps {
  id: string
  label: string
  problem: string | null
  children: (attributes: { id: string; 'aria-invalid': boolean; 'aria-describedby'?: string }) => ReactNode
}

/** A label above its input, and the sentence of what is wrong below it. */
export function FieldLine({ id, label, problem, children }: FieldLineProps) {
  const described = problem === null ? {} : { 'aria-describedby': `${id}-problem` }
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': problem !== null, ...described })}
      {problem === null ? null : (
        <p id={`${id}-problem`} className={styles.problem}>
          {problem}
        </p>
      )}
    </div>
  )
}
