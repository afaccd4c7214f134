import InboxOutlined from '@ant-design/icons/InboxOutlined'
import SettingOutlined from '@ant-design/icons/SettingOutlined'

/** Where the rail and the tabs lead; `phone` is the shorter word under a tab. */
export const PLACES = [
  { to: '/inbox', label: 'nav.inbox', phone: 'nav.inbox', Icon: InboxOutlined },
  { to: '/settings', label: 'nav.settings', phone: 'nav.me', Icon: SettingOutlined },
] as const
