import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { ProblemError } from '../../api/problem'
import { sentence } from '../../api/sentence'
import type { UserTask } from '../../api/task'
import { outcomeWord } from '../../components/caseWords'
import { offeredOutcomes } from './offered'
import styles from './Task.module.css'
import { VoteDialog } from './VoteDialog'

/** Always in the same place: the first verdict at the right hand, the others beside it. */
export function DecisionBar({ task }: { task: UserTask }) {
  const { t } = useTranslation(['task', 'words'])
  const [chosen, setChosen] = useState<string | null>(null)
  const offers = offeredOutcomes(task)
  const blocked = offers.find((offer) => !offer.enabled)?.blockedBecause

  if (task.completionDate !== null || offers.length === 0) {
    return <p className={styles.closed}>{task.completionDate === null ? t('noActions') : t('ended')}</p>
  }
  return (
    <>
      <section className={styles.bar} aria-label={t('actions')}>
        {blocked ? <p>{sentence(new ProblemError(403, blocked.code, blocked.facts), t)}</p> : null}
        <div className={styles.verdicts}>
          {offers.toReversed().map(({ outcome, enabled }) => (
            <Button
              key={outcome}
              data-verdict={outcome}
              size="large"
              type={outcome === offers[0]?.outcome ? 'primary' : 'default'}
              disabled={!enabled}
              onClick={() => setChosen(outcome)}
            >
              {outcomeWord(outcome, t)}
            </Button>
          ))}
        </div>
      </section>
      {chosen === null ? null : <VoteDialog task={task} outcome={chosen} close={() => setChosen(null)} />}
    </>
  )
}
