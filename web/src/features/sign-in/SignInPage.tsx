import { useTranslation } from 'react-i18next'
import { Navigate, useSearchParams } from 'react-router'

import { useSession } from '../../api/session'
import { AppearanceSwitch } from '../../components/AppearanceSwitch'
import { Brand } from '../../components/Brand'
import { LanguageSwitch } from '../../components/LanguageSwitch'
import { PageTitle } from '../../components/PageTitle'
import { returnAddress } from './returnAddress'
import styles from './SignIn.module.css'
import { SignInForm } from './SignInForm'
import { StoryPanel } from './StoryPanel'

export function SignInPage() {
  const { t } = useTranslation('signIn')
  const [search] = useSearchParams()
  const session = useSession()
  if (session.data) return <Navigate to={returnAddress(search.get('next'))} replace />
  return (
    <div className={styles.page}>
      <PageTitle parts={[t('title')]} />
      <StoryPanel />
      <main className={styles.main}>
        <div className={styles.card}>
          <div className={styles.phoneBrand}>
            <Brand size={32} />
          </div>
          <h1>{t('heading')}</h1>
          <SignInForm />
        </div>
        <div className={styles.preferences}>
          <LanguageSwitch />
          <AppearanceSwitch />
        </div>
      </main>
    </div>
  )
}
