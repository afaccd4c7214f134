import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { sentence } from '../../api/sentence'
import { since } from '../../components/moments'
import { useNow } from '../../components/useNow'
import styles from './Inbox.module.css'

interface StaleBarProps {
  error: unknown
  at: number
  retry: () => void
}

/** The last list stays, with its age and what went wrong. */
export function StaleBar({ error, at, retry }: StaleBarProps) {
  const { t, i18n } = useTranslation(['inbox', 'common'])
  const now = useNow()
  return (
    <div className={styles.stale} role="alert">
      <span>
        {sentence(error, t)} {t('stale', { time: since(new Date(at), now, i18n.language, t) })}
      </span>
      <Button size="small" onClick={retry}>
        {t('common:retry')}
      </Button>
    </div>
  )
}
