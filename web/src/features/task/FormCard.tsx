import { useTranslation } from 'react-i18next'

import { useFilledForm } from '../../api/task'
import { PageError } from '../../components/PageError'
import { lines, type Line } from './filledForm'
import { FormTable } from './FormTable'
import { FormValue } from './FormValue'
import styles from './Task.module.css'

function FormLine({ line }: { line: Line }) {
  switch (line.kind) {
    case 'heading':
      return <h3>{line.label}</h3>
    case 'rows':
      return (
        <div className={styles.wide}>
          <span className={styles.label}>{line.label}</span>
          <FormTable table={line} />
        </div>
      )
    case 'value':
      return (
        <div className={styles.line}>
          <span className={styles.label}>{line.label}</span>
          <span className={styles.value}>
            <FormValue value={line.value} />
          </span>
        </div>
      )
  }
}

export function FormCard({ userTaskKey }: { userTaskKey: string }) {
  const { t, i18n } = useTranslation('task')
  const form = useFilledForm(userTaskKey)
  const read = form.data ? lines(form.data.schema, form.data.values, i18n.language) : []
  return (
    <section className={styles.card} aria-labelledby="task-form">
      <h2 id="task-form">{t('form')}</h2>
      {form.isError ? <PageError error={form.error} retry={() => void form.refetch()} /> : null}
      {form.isSuccess && read.length === 0 ? <p className={styles.none}>{t('formEmpty')}</p> : null}
      {read.map((line) => (
        <FormLine key={line.key} line={line} />
      ))}
    </section>
  )
}
