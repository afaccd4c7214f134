import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'

import { PLACES } from './places'
import styles from './Shell.module.css'

export function SideRail() {
  const { t } = useTranslation()
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      <h2 id="rail-work">{t('nav.work')}</h2>
      <ul aria-labelledby="rail-work">
        {PLACES.map(({ to, label, Icon }) => (
          <li key={to}>
            <NavLink to={to}>
              <Icon aria-hidden />
              {t(label)}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
