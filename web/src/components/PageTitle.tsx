import { useTranslation } from 'react-i18next'

/** Names the window: what is open, the page, the product. */
export function PageTitle({ parts }: { parts: readonly string[] }) {
  const { t } = useTranslation()
  return <title>{[...parts, t('product')].join(' · ')}</title>
}
