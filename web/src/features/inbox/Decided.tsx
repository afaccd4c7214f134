import { useTranslation } from 'react-i18next'

import styles from './Inbox.module.css'

function isNotice(state: unknown): state is { decided: { title: string; outcome: string } } {
  return typeof state === 'object' && state !== null && 'decided' in state
}

/** What was just decided on a task page; it stays until one goes on. */
export function Decided({ notice }: { notice: unknown }) {
  const { t } = useTranslation('inbox')
  return (
    <div role="status">
      {isNotice(notice) ? <p className={styles.decided}>{t('decided', notice.decided)}</p> : null}
    </div>
  )
}
