import { useTranslation } from 'react-i18next'
import { NavLink } from 'react-router'

import { PLACES } from './places'
import styles from './Shell.module.css'

export function SideRail() {
  const { t } = useTranslation()
  const groups = [PLACES.filter(({ personal }) => !personal), PLACES.filter(({ personal }) => personal)]
  return (
    <nav className={styles.rail} aria-label={t('nav.label')}>
      {groups.map((places) => (
        <ul key={places[0]?.to}>
          {places.map(({ to, label, Icon }) => (
            <li key={to}>
              <NavLink to={to}>
                <Icon aria-hidden />
                {t(label)}
              </NavLink>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  )
}
