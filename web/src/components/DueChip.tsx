import ClockCircleOutlined from '@ant-design/icons/ClockCircleOutlined'
import { useTranslation } from 'react-i18next'

import styles from './DueChip.module.css'
import { due, exactly, isToday } from './moments'
import { useNow } from './useNow'

interface DueChipProps {
  at: string
  overdue: boolean
}

export function DueChip({ at, overdue }: DueChipProps) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const moment = new Date(at)
  const urgency = overdue ? 'late' : isToday(moment, now) ? 'today' : 'later'
  return (
    <time dateTime={at} title={exactly(moment, i18n.language)} className={styles.chip} data-urgency={urgency}>
      {urgency === 'later' ? null : <ClockCircleOutlined aria-hidden />}
      {due(moment, now, i18n.language, t)}
    </time>
  )
}
