import { useTranslation } from 'react-i18next'

import { usePosition, useTimeline, type TimelineEntry } from '../../api/task'
import { PageError } from '../../components/PageError'
import styles from './Task.module.css'
import { TimelineItem } from './TimelineItem'
import { WaitingItem } from './WaitingItem'

/** That a step was reached is told by who decides there, or by who is waited for. */
function isTold(entry: TimelineEntry): boolean {
  return entry.type !== 'task.opened'
}

export function TimelineCard({ processInstanceKey }: { processInstanceKey: string | undefined }) {
  const { t } = useTranslation('task')
  const timeline = useTimeline(processInstanceKey)
  const position = usePosition(processInstanceKey)
  return (
    <section className={styles.card} aria-labelledby="task-timeline">
      <h2 id="task-timeline">{t('timeline')}</h2>
      {timeline.isError ? <PageError error={timeline.error} retry={() => void timeline.refetch()} /> : null}
      {timeline.data?.items.length === 0 ? <p className={styles.none}>{t('timelineEmpty')}</p> : null}
      <ol className={styles.timeline}>
        {timeline.data?.items.filter(isTold).map((entry, index) => (
          <TimelineItem key={index} entry={entry} />
        ))}
        {position.data?.items.map((step) => (
          <WaitingItem key={step.userTaskKey} step={step} />
        ))}
      </ol>
    </section>
  )
}
