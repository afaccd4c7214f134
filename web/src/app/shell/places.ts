import InboxOutlined from '@ant-design/icons/InboxOutlined'
import SettingOutlined from '@ant-design/icons/SettingOutlined'

/** Where the rail and the tabs lead; `phone` is the shorter word under a tab, personal places stand apart. */
export const PLACES = [
  { to: '/inbox', label: 'nav.inbox', phone: 'nav.inbox', personal: false, Icon: InboxOutlined },
  { to: '/settings', label: 'nav.settings', phone: 'nav.me', personal: true, Icon: SettingOutlined },
] as const
