import { useTranslation } from 'react-i18next'

import type { InboxView } from '../../api/inbox'
import { Empty } from '../../components/Empty'
import styles from './Inbox.module.css'

export function NothingOwed({ view }: { view: InboxView }) {
  const { t } = useTranslation('inbox')
  return (
    <div className={styles.card}>
      {view === 'all' ? (
        <Empty title={t('empty.title')} hint={t('empty.hint')} />
      ) : (
        <Empty title={t(`empty.${view}Title`)} hint={t('empty.viewHint')} />
      )}
    </div>
  )
}
