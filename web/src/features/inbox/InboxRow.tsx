import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import type { InboxItem } from '../../api/inbox'
import { useSession } from '../../api/session'
import { DueChip } from '../../components/DueChip'
import { PersonMark } from '../../components/PersonMark'
import { When } from '../../components/When'
import { holderOf } from './holder'
import styles from './Inbox.module.css'

const URGENT = 90

export function InboxRow({ item }: { item: InboxItem }) {
  const { t } = useTranslation(['inbox', 'common'])
  const process = item.processName ?? item.processId
  const starter = item.starter?.name ?? t('common:noValue')
  const holder = holderOf(item, useSession().data?.user.id ?? '')
  return (
    <tr role="row">
      <td role="cell" className={styles.matter}>
        <PersonMark name={starter} />
        <div>
          <Link to={`/tasks/${item.taskKey}`} className={styles.title} data-row>
            {item.title ?? t('untitled', { process })}
          </Link>
          {item.priority >= URGENT ? <span className={styles.urgent}>{t('urgent')}</span> : null}
          <div className={styles.step}>
            <span className={styles.from}>{starter}</span>
            <span>
              {process}
              <span className={styles.arrow}>›</span>
              {item.taskName ?? t('common:unnamed')}
            </span>
            {item.number === null ? null : <span className={styles.number}>{item.number}</span>}
          </div>
        </div>
      </td>
      <td role="cell" className={styles.starter}>
        {starter}
      </td>
      <td role="cell" className={styles.holder}>
        <span data-holder={holder}>{t(`holder.${holder}`)}</span>
      </td>
      <td role="cell" className={styles.opened}>
        <When at={item.openedAt} />
      </td>
      <td role="cell" className={styles.due}>
        {item.dueAt === null ? (
          <span className={styles.noDue}>{t('noDue')}</span>
        ) : (
          <DueChip at={item.dueAt} overdue={item.overdue} />
        )}
      </td>
    </tr>
  )
}
