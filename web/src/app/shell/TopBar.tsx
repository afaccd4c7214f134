import { Link } from 'react-router'

import { Brand } from '../../components/Brand'
import { AccountMenu } from './AccountMenu'
import styles from './Shell.module.css'

export function TopBar() {
  return (
    <header className={styles.topBar}>
      <Link to="/inbox">
        <Brand />
      </Link>
      <AccountMenu />
    </header>
  )
}
