import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

import styles from './Shell.module.css'

function listen(changed: () => void): () => void {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}

export function OfflineBar() {
  const { t } = useTranslation()
  const online = useSyncExternalStore(listen, () => navigator.onLine)
  return <div role="status">{online ? null : <p className={styles.offline}>{t('offline')}</p>}</div>
}
