import DownOutlined from '@ant-design/icons/DownOutlined'
import { Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useSession } from '../../api/session'
import { PersonMark } from '../../components/PersonMark'
import { AccountPanel } from './AccountPanel'
import styles from './Shell.module.css'

export function AccountMenu() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const user = useSession().data?.user
  if (!user) return null
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      arrow={false}
      content={<AccountPanel user={user} close={() => setOpen(false)} />}
    >
      <button
        type="button"
        className={styles.account}
        aria-expanded={open}
        aria-label={t('account.open', { name: user.name })}
      >
        <PersonMark name={user.name} size="small" />
        <span className={styles.accountName}>{user.name}</span>
        <DownOutlined aria-hidden style={{ fontSize: 10 }} />
      </button>
    </Popover>
  )
}
