import { useTranslation } from 'react-i18next'

import { When } from '../../components/When'
import type { Value } from './filledForm'
import styles from './Task.module.css'

export function FormValue({ value }: { value: Value }) {
  const { t } = useTranslation(['task', 'common'])
  switch (value.kind) {
    case 'none':
      return <span className={styles.none}>{t('common:noValue')}</span>
    case 'truth':
      return value.is ? t('common:yes') : t('common:no')
    case 'moment':
      return <When at={value.at} />
    case 'files':
      return t('files', { count: value.count })
    case 'money':
      return <span className={styles.money}>{value.text}</span>
    case 'number':
      return <span className={styles.number}>{value.text}</span>
    default:
      return value.text
  }
}
