import { useTranslation } from 'react-i18next'

import styles from './Brand.module.css'

export function Brand({ size = 28 }: { size?: number }) {
  const { t } = useTranslation()
  return (
    <span className={styles.brand}>
      <img src="/mark.svg" width={size} height={size} alt="" />
      <span>{t('product')}</span>
    </span>
  )
}
