import { Button, Input } from 'antd'
import { useId, useState, type SyntheticEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { sentence } from '../../api/sentence'
import { useSignIn } from '../../api/session'
import { FieldLine } from './FieldLine'
import styles from './SignIn.module.css'

export function SignInForm({ username: known = '' }: { username?: string }) {
  const { t } = useTranslation('signIn')
  const id = useId()
  const signIn = useSignIn()
  const [username, setUsername] = useState(known)
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const usernameProblem = tried && username.trim() === '' ? t('usernameMissing') : null
  const passwordProblem = tried && password === '' ? t('passwordMissing') : null

  function submit(event: SyntheticEvent) {
    event.preventDefault()
    setTried(true)
    const incomplete = username.trim() === '' ? 'username' : password === '' ? 'password' : null
    if (incomplete !== null) {
      document.getElementById(`${id}-${incomplete}`)?.focus()
      return
    }
    signIn.mutate(
      { username: username.trim(), password },
      { onError: () => document.getElementById(`${id}-password`)?.focus() },
    )
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <div role="alert">
        {signIn.isError ? <p className={styles.refusal}>{sentence(signIn.error, t)}</p> : null}
      </div>
      <FieldLine id={`${id}-username`} label={t('username')} problem={usernameProblem}>
        {(attributes) => (
          <Input
            {...attributes}
            size="large"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={known === ''}
            value={username}
            status={usernameProblem === null ? '' : 'error'}
            onChange={(event) => setUsername(event.target.value)}
          />
        )}
      </FieldLine>
      <FieldLine id={`${id}-password`} label={t('password')} problem={passwordProblem}>
        {(attributes) => (
          <Input
            {...attributes}
            size="large"
            type="password"
            name="password"
            autoComplete="current-password"
            autoFocus={known !== ''}
            value={password}
            status={passwordProblem === null ? '' : 'error'}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </FieldLine>
      <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
        {signIn.isPending ? t('submitting') : t('submit')}
      </Button>
    </form>
  )
}
