import { useTranslation } from 'react-i18next'

import type { TimelineEntry } from '../../api/task'
import { glyphOf, happened } from '../../components/caseWords'
import { When } from '../../components/When'
import styles from './Task.module.css'

export function TimelineItem({ entry }: { entry: TimelineEntry }) {
  const { t } = useTranslation(['task', 'words'])
  return (
    <li data-glyph={glyphOf(entry.type, entry.outcome)}>
      <p>
        {entry.actor === null ? null : <b>{entry.actor.name}</b>} {happened(entry.type, entry.outcome, t)}
        {entry.elementName === null ? null : <span className={styles.element}>{entry.elementName}</span>}
      </p>
      {entry.comment === null || entry.comment === '' ? null : (
        <blockquote className={styles.comment}>{entry.comment}</blockquote>
      )}
      <span className={styles.at}>
        <When at={entry.at} />
      </span>
    </li>
  )
}
