import ArrowLeftOutlined from '@ant-design/icons/ArrowLeftOutlined'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'

import { useTask } from '../../api/task'
import { PageError } from '../../components/PageError'
import { PageTitle } from '../../components/PageTitle'
import { DecisionBar } from './DecisionBar'
import { FormCard } from './FormCard'
import styles from './Task.module.css'
import { TaskHeader } from './TaskHeader'
import { TimelineCard } from './TimelineCard'

export function TaskPage() {
  const { t } = useTranslation(['task', 'common'])
  const { key = '' } = useParams()
  const task = useTask(key)
  return (
    <article className={styles.page}>
      <PageTitle parts={[task.data?.name ?? '', t('title')].filter((part) => part !== '')} />
      <Link to="/inbox" className={styles.back}>
        <ArrowLeftOutlined aria-hidden /> {t('common:nav.inbox')}
      </Link>
      {task.isError ? <PageError error={task.error} retry={() => void task.refetch()} /> : null}
      {task.data ? (
        <>
          <TaskHeader task={task.data} />
          <div className={styles.columns}>
            <FormCard userTaskKey={key} />
            <TimelineCard processInstanceKey={task.data.processInstanceKey} />
          </div>
          <DecisionBar task={task.data} />
        </>
      ) : null}
    </article>
  )
}
