import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'

import { APPEARANCE_CHOICES, useAppearance, type AppearanceChoice } from './appearance'

export function AppearanceSwitch({ block = false }: { block?: boolean }) {
  const { t } = useTranslation()
  const { choice, choose } = useAppearance()
  return (
    <Segmented<AppearanceChoice>
      aria-label={t('appearance.label')}
      block={block}
      value={choice}
      onChange={choose}
      options={APPEARANCE_CHOICES.map((appearance) => ({
        value: appearance,
        label: t(`appearance.${appearance}`),
      }))}
    />
  )
}
