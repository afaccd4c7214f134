import { Button } from 'antd'
import { useTranslation } from 'react-i18next'

import { useSession, useSignOut } from '../../api/session'
import { AppearanceSwitch } from '../../components/AppearanceSwitch'
import { LanguageSwitch } from '../../components/LanguageSwitch'
import { PageTitle } from '../../components/PageTitle'
import { PersonMark } from '../../components/PersonMark'
import styles from './Profile.module.css'

export function ProfilePage() {
  const { t } = useTranslation(['profile', 'common'])
  const signOut = useSignOut()
  const user = useSession().data?.user
  if (!user) return null
  return (
    <div className={styles.page}>
      <PageTitle parts={[t('title')]} />
      <h1>{t('title')}</h1>
      <section className={styles.card} aria-labelledby="profile-me">
        <h2 id="profile-me">{t('me')}</h2>
        <div className={styles.who}>
          <PersonMark name={user.name} size="large" />
          <dl>
            <dt>{t('name')}</dt>
            <dd>{user.name}</dd>
            <dt>{t('username')}</dt>
            <dd>{user.id}</dd>
            <dt>{t('unit')}</dt>
            <dd>{user.unit ?? t('common:noValue')}</dd>
            <dt>{t('roles')}</dt>
            <dd>{user.roles.length === 0 ? t('noRoles') : user.roles.join(' · ')}</dd>
          </dl>
        </div>
      </section>
      <section className={styles.card} aria-labelledby="profile-display">
        <h2 id="profile-display">{t('display')}</h2>
        <p>{t('displayHint')}</p>
        <div className={styles.choice}>
          <span>{t('common:language.label')}</span>
          <LanguageSwitch />
        </div>
        <div className={styles.choice}>
          <span>{t('common:appearance.label')}</span>
          <AppearanceSwitch />
        </div>
      </section>
      <section className={styles.card} aria-labelledby="profile-session">
        <h2 id="profile-session">{t('session')}</h2>
        <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('common:account.signOut')}
        </Button>
      </section>
    </div>
  )
}
