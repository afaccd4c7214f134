import DownOutlined from '@ant-design/icons/DownOutlined'
import { useTranslation } from 'react-i18next'

import { useSession } from '../../api/session'
import { PersonMark } from '../../components/PersonMark'
import { AccountPanel } from './AccountPanel'
import styles from './Shell.module.css'

const PANEL = 'account-panel'

/** The browser's own popover: it closes on Escape and on a click outside, and gives the focus back. */
export function AccountMenu() {
  const { t } = useTranslation()
  const user = useSession().data?.user
  if (!user) return null
  return (
    <>
      <button type="button" className={styles.account} popoverTarget={PANEL}>
        <PersonMark name={user.name} size="small" />
        <span className="visually-hidden">{t('account.open')}</span>
        <span className={styles.accountName}>{user.name}</span>
        <DownOutlined aria-hidden className={styles.down} />
      </button>
      <div id={PANEL} popover="auto" className={styles.panel}>
        <AccountPanel user={user} />
      </div>
    </>
  )
}
