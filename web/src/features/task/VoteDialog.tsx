import { Button, Input } from 'antd'
import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import { sentence } from '../../api/sentence'
import { useVote, type UserTask } from '../../api/task'
import { outcomeWord } from '../../components/caseWords'
import { lacksReason } from './offered'
import styles from './Task.module.css'

interface VoteDialogProps {
  task: UserTask
  outcome: string
  close: () => void
}

export function VoteDialog({ task, outcome, close }: VoteDialogProps) {
  const { t } = useTranslation(['task', 'common', 'words'])
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const vote = useVote(task.userTaskKey)
  const navigate = useNavigate()
  const [idempotencyKey] = useState(() => crypto.randomUUID())
  const [comment, setComment] = useState('')
  const [tried, setTried] = useState(false)
  const word = outcomeWord(outcome, t)
  const reasonMissing = tried && lacksReason(outcome, comment)

  useEffect(() => dialog.current?.showModal(), [])

  function submit(event: SyntheticEvent) {
    event.preventDefault()
    setTried(true)
    if (lacksReason(outcome, comment)) {
      document.getElementById(id)?.focus()
      return
    }
    const title = task.name ?? task.processName ?? task.processDefinitionId
    vote.mutate(
      { outcome, comment: comment.trim(), idempotencyKey },
      { onSuccess: () => void navigate('/inbox', { state: { decided: { title, outcome: word } } }) },
    )
  }

  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={`${id}-title`} onClose={close}>
      <form onSubmit={submit} noValidate>
        <h2 id={`${id}-title`}>{word}</h2>
        <p className={styles.consequence}>{t('confirmHint')}</p>
        <label htmlFor={id}>{outcome === 'reject' ? t('comment') : t('commentOptional')}</label>
        <Input.TextArea
          id={id}
          autoSize={{ minRows: 3, maxRows: 8 }}
          maxLength={1000}
          value={comment}
          disabled={vote.isPending}
          aria-invalid={reasonMissing}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setComment(event.target.value)}
        />
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {reasonMissing ? t('commentMissing') : vote.isError ? sentence(vote.error, t) : null}
        </p>
        <div className={styles.confirm}>
          <Button size="large" onClick={() => dialog.current?.close()}>
            {t('common:cancel')}
          </Button>
          <Button size="large" type="primary" htmlType="submit" loading={vote.isPending}>
            {vote.isPending ? t('submitting') : t('confirm', { outcome: word })}
          </Button>
        </div>
      </form>
    </dialog>
  )
}
