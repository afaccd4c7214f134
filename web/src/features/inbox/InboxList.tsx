import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import type { InboxItem } from '../../api/inbox'
import { useHeldBack } from './heldBack'
import styles from './Inbox.module.css'
import { InboxRow } from './InboxRow'
import { moveByKey } from './moveByKey'

interface InboxListProps {
  items: readonly InboxItem[]
  stale: boolean
  hasMore: boolean
  loadingMore: boolean
  loadMore: () => void
}

export function InboxList({ items, stale, hasMore, loadingMore, loadMore }: InboxListProps) {
  const { t } = useTranslation('inbox')
  const { shown, waiting, showAll } = useHeldBack(items)
  return (
    <>
      <div role="status" className={styles.news}>
        {waiting === 0 ? null : <Button onClick={showAll}>{t('newItems', { count: waiting })}</Button>}
      </div>
      {/* The roles are spelt out because on a phone the table is laid out as cards. */}
      <table
        role="table"
        aria-label={t('title')}
        className={styles.list}
        data-stale={stale}
        onKeyDown={moveByKey}
      >
        <thead role="rowgroup">
          <tr role="row">
            {(['matter', 'starter', 'holder', 'opened', 'due'] as const).map((column) => (
              <th key={column} role="columnheader" scope="col">
                {t(`columns.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {shown.map((item) => (
            <InboxRow key={item.workItemKey} item={item} />
          ))}
        </tbody>
      </table>
      <div className={styles.foot}>
        {hasMore ? (
          <Button loading={loadingMore} onClick={loadMore}>
            {t('more')}
          </Button>
        ) : null}
        <p role="status">{t('loaded', { count: shown.length })}</p>
      </div>
    </>
  )
}
