import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, ScrollRestoration } from 'react-router'

import { BottomTabs } from './BottomTabs'
import { OfflineBar } from './OfflineBar'
import styles from './Shell.module.css'
import { SideRail } from './SideRail'
import { TopBar } from './TopBar'

export function Shell() {
  const { t } = useTranslation()
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {t('skip')}
      </a>
      <TopBar />
      <SideRail />
      <main id="content" className={styles.content} tabIndex={-1}>
        <OfflineBar />
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <BottomTabs />
      <ScrollRestoration />
    </div>
  )
}
