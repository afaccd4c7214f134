import { useTranslation } from 'react-i18next'

import { exactly, since } from './moments'
import { useNow } from './useNow'

export function When({ at }: { at: string }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const moment = new Date(at)
  return (
    <time dateTime={at} title={exactly(moment, i18n.language)}>
      {since(moment, now, i18n.language, t)}
    </time>
  )
}
