import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { useSignOut, type Session } from '../../api/session'
import { AppearanceSwitch } from '../../components/AppearanceSwitch'
import { LanguageSwitch } from '../../components/LanguageSwitch'
import { PersonMark } from '../../components/PersonMark'
import styles from './Shell.module.css'

export function AccountPanel({ user }: { user: Session['user'] }) {
  const { t } = useTranslation()
  const signOut = useSignOut()
  return (
    <>
      <div className={styles.who}>
        <PersonMark name={user.name} />
        <div>
          <b>{user.name}</b>
          <small>{user.id}</small>
        </div>
      </div>
      <div className={styles.field}>
        {t('language.label')}
        <LanguageSwitch block />
      </div>
      <div className={styles.field}>
        {t('appearance.label')}
        <AppearanceSwitch block />
      </div>
      <Button block loading={signOut.isPending} onClick={() => signOut.mutate()}>
        {t('account.signOut')}
      </Button>
    </>
  )
}
