import ReloadOutlined from '@ant-design/icons/ReloadOutlined'
import { Button, Segmented } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'

import type { InboxView } from '../../api/inbox'
import styles from './Inbox.module.css'

const VIEWS: readonly InboxView[] = ['all', 'mine', 'pool']

interface InboxHeaderProps {
  view: InboxView
  busy: boolean
  refresh: () => void
}

export function InboxHeader({ view, busy, refresh }: InboxHeaderProps) {
  const { t } = useTranslation('inbox')
  const [, setSearch] = useSearchParams()
  return (
    <header className={styles.header}>
      <h1>{t('title')}</h1>
      <div className={styles.tools}>
        <Segmented<InboxView>
          aria-label={t('views.label')}
          value={view}
          onChange={(chosen) => setSearch(chosen === 'all' ? {} : { view: chosen })}
          options={VIEWS.map((value) => ({ value, label: t(`views.${value}`) }))}
        />
        <Button
          type="text"
          aria-label={t('refresh')}
          title={t('refresh')}
          icon={<ReloadOutlined aria-hidden spin={busy} />}
          onClick={refresh}
        />
      </div>
    </header>
  )
}
