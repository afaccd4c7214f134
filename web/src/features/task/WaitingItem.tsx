import { useTranslation } from 'react-i18next'

import type { OpenStep } from '../../api/task'
import { When } from '../../components/When'
import styles from './Task.module.css'

/** Where the case is now, and whose turn it is. */
export function WaitingItem({ step }: { step: OpenStep }) {
  const { t } = useTranslation('task')
  const people = step.candidates.map((person) => person.name).join(t('or'))
  return (
    <li data-glyph="now" aria-current="step">
      <p>
        <b>{step.name}</b>
        <span className={styles.element}>{t('waiting', { people })}</span>
      </p>
      <span className={styles.at}>
        <When at={step.openedAt} />
      </span>
    </li>
  )
}
