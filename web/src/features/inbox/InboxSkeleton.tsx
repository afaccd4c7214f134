import { useTranslation } from 'react-i18next'

import styles from './Inbox.module.css'

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f']

/** The exact shape of the list, so that nothing jumps when it arrives. */
export function InboxSkeleton() {
  const { t } = useTranslation()
  return (
    <div className={styles.card} role="status" aria-label={t('loading')}>
      {ROWS.map((row) => (
        <div key={row} className={styles.bone}>
          <i />
          <span>
            <i />
            <i />
          </span>
        </div>
      ))}
    </div>
  )
}
