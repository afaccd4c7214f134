import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '../api/session'
import { SignInForm } from '../features/sign-in/SignInForm'
import styles from './SessionEnded.module.css'

/** Asks for the password over the page, so that nothing typed below is lost. */
export function SessionEnded() {
  const { t } = useTranslation('signIn')
  const dialog = useRef<HTMLDialogElement>(null)
  const session = useSession()

  useEffect(() => dialog.current?.showModal(), [])

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby="session-ended"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="session-ended">{t('ended')}</h2>
      <p>{t('endedHint')}</p>
      <SignInForm username={session.data?.user.id ?? ''} />
    </dialog>
  )
}
