import { useTranslation } from 'react-i18next'

import { useTimeline } from '../../api/task'
import { PageError } from '../../components/PageError'
import styles from './Task.module.css'
import { TimelineItem } from './TimelineItem'

export function TimelineCard({ processInstanceKey }: { processInstanceKey: string | undefined }) {
  const { t } = useTranslation('task')
  const timeline = useTimeline(processInstanceKey)
  return (
    <section className={styles.card} aria-labelledby="task-timeline">
      <h2 id="task-timeline">{t('timeline')}</h2>
      {timeline.isError ? <PageError error={timeline.error} retry={() => void timeline.refetch()} /> : null}
      {timeline.data?.items.length === 0 ? <p className={styles.none}>{t('timelineEmpty')}</p> : null}
      <ol className={styles.timeline}>
        {timeline.data?.items.map((entry) => (
          <TimelineItem key={entry.seq} entry={entry} />
        ))}
      </ol>
    </section>
  )
}
