import { useTranslation } from 'react-i18next'

import type { UserTask } from '../../api/task'
import { DueChip } from '../../components/DueChip'
import { useNow } from '../../components/useNow'
import { When } from '../../components/When'
import styles from './Task.module.css'

export function TaskHeader({ task }: { task: UserTask }) {
  const { t } = useTranslation(['task', 'common'])
  const now = useNow()
  const { dueDate } = task
  return (
    <header className={styles.header}>
      <p className={styles.process}>{task.processName ?? task.processDefinitionId}</p>
      <h1>{task.name ?? t('common:unnamed')}</h1>
      <dl className={styles.facts}>
        <div>
          <dt>{t('facts.assignee')}</dt>
          <dd>{task.assignee ?? t('facts.nobody')}</dd>
        </div>
        <div>
          <dt>{t('facts.opened')}</dt>
          <dd>
            <When at={task.creationDate} />
          </dd>
        </div>
        {dueDate === null ? null : (
          <div>
            <dt>{t('facts.due')}</dt>
            <dd>
              <DueChip at={dueDate} overdue={task.completionDate === null && new Date(dueDate) < now} />
            </dd>
          </div>
        )}
      </dl>
    </header>
  )
}
