import { useTranslation } from 'react-i18next'

import { Brand } from '../../components/Brand'
import styles from './SignIn.module.css'

/** The product in one picture: a path with what is done, who decides now, and what comes. */
export function StoryPanel() {
  const { t } = useTranslation('signIn')
  return (
    <aside className={styles.story}>
      <Brand size={36} />
      <svg viewBox="0 0 400 240" className={styles.path} aria-hidden>
        <path d="M28 120h84c36 0 36-64 72-64h64c36 0 36 64 72 64" className={styles.walked} />
        <path d="M112 120c36 0 36 64 72 64h64c36 0 36-64 72-64h52" className={styles.ahead} />
        <circle cx="28" cy="120" r="13" className={styles.done} />
        <path d="m22.500 120.500 4 4 7.500-8" className={styles.tick} />
        <circle cx="112" cy="120" r="13" className={styles.done} />
        <path d="m106.500 120.500 4 4 7.500-8" className={styles.tick} />
        <rect x="172" y="34" width="88" height="44" rx="10" className={styles.now} />
        <circle cx="194" cy="56" r="9" className={styles.seat} />
        <path d="M211 50h34M211 62h22" className={styles.words} />
        <rect x="172" y="162" width="88" height="44" rx="10" className={styles.waiting} />
        <circle cx="194" cy="184" r="9" className={styles.empty} />
        <path d="M211 178h34M211 190h22" className={styles.faint} />
        <circle cx="320" cy="120" r="11" className={styles.hollow} />
        <circle cx="372" cy="120" r="13" className={styles.hollow} />
        <circle cx="372" cy="120" r="8" className={styles.hollow} />
      </svg>
      <p className={styles.slogan}>{t('slogan')}</p>
      <p className={styles.promise}>{t('promise')}</p>
    </aside>
  )
}
