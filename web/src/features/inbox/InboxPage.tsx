import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'react-router'

import { useInbox, type InboxView } from '../../api/inbox'
import { Delayed } from '../../components/Delayed'
import { PageError } from '../../components/PageError'
import { PageTitle } from '../../components/PageTitle'
import { Decided } from './Decided'
import styles from './Inbox.module.css'
import { InboxHeader } from './InboxHeader'
import { InboxList } from './InboxList'
import { InboxSkeleton } from './InboxSkeleton'
import { NothingOwed } from './NothingOwed'
import { StaleBar } from './StaleBar'

function viewOf(wanted: string | null): InboxView {
  return wanted === 'mine' || wanted === 'pool' ? wanted : 'all'
}

export function InboxPage() {
  const { t } = useTranslation('inbox')
  const [search] = useSearchParams()
  const view = viewOf(search.get('view'))
  const inbox = useInbox(view)
  const state: unknown = useLocation().state
  const items = inbox.data?.pages.flatMap((page) => page.items)

  return (
    <div className={styles.page}>
      <PageTitle parts={[t('title')]} />
      <InboxHeader view={view} busy={inbox.isFetching} refresh={() => void inbox.refetch()} />
      <Decided notice={state} />
      {items === undefined && inbox.isPending ? (
        <Delayed>
          <InboxSkeleton />
        </Delayed>
      ) : null}
      {items === undefined && inbox.isError ? (
        <div className={styles.card}>
          <PageError error={inbox.error} retry={() => void inbox.refetch()} />
        </div>
      ) : null}
      {items === undefined ? null : (
        <>
          {inbox.isError ? (
            <StaleBar error={inbox.error} at={inbox.dataUpdatedAt} retry={() => void inbox.refetch()} />
          ) : null}
          {items.length === 0 ? (
            <NothingOwed view={view} />
          ) : (
            <InboxList
              key={view}
              items={items}
              stale={inbox.isError || inbox.isPlaceholderData}
              hasMore={inbox.hasNextPage}
              loadingMore={inbox.isFetchingNextPage}
              loadMore={() => void inbox.fetchNextPage()}
            />
          )}
        </>
      )}
    </div>
  )
}
