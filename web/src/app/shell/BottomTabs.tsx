import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'

import { PLACES } from './places'
import styles from './Shell.module.css'

export function BottomTabs() {
  const { t } = useTranslation()
  return (
    <nav className={styles.tabs} aria-label={t('nav.label')}>
      <ul>
        {PLACES.map(({ to, phone, Icon }) => (
          <li key={to}>
            <NavLink to={to}>
              <Icon aria-hidden />
              {t(phone)}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
