import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { problemOf } from '../api/problem'
import { sentence } from '../api/sentence'
import styles from './Notice.module.css'

interface PageErrorProps {
  error: unknown
  retry: () => void
}

/** What did not work, what still works, a way on, and a number to name when asking for help. */
export function PageError({ error, retry }: PageErrorProps) {
  const { t } = useTranslation()
  const { reference } = problemOf(error)
  return (
    <section className={styles.notice} role="alert">
      <svg className={styles.drawing} viewBox="0 0 120 72" aria-hidden>
        <path d="M12 36h34M74 36h34" className={styles.line} />
        <circle cx="12" cy="36" r="6" className={styles.done} />
        <circle cx="108" cy="36" r="6" className={styles.ahead} />
        <path d="m52 28 16 16m0-16L52 44" className={styles.broken} />
      </svg>
      <h2>{t('pageError.title')}</h2>
      <p className={styles.sentence}>{sentence(error, t)}</p>
      <p>{t('pageError.stillWorks')}</p>
      <Button type="primary" onClick={retry}>
        {t('retry')}
      </Button>
      {reference === null ? null : <p className={styles.reference}>{t('reference', { reference })}</p>}
    </section>
  )
}
