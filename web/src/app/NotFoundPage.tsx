import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

import { Empty } from '../components/Empty'
import { PageTitle } from '../components/PageTitle'

export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <>
      <PageTitle parts={[t('notFound.title')]} />
      <Empty title={t('notFound.title')} hint={t('notFound.hint')}>
        <Link to="/inbox">{t('notFound.action')}</Link>
      </Empty>
    </>
  )
}
