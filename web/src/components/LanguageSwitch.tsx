import { Segmented } from 'antd'
import { useTranslation } from 'react-i18next'

import { chooseLanguage, LANGUAGES, type Language } from '../locales/language'

export function LanguageSwitch({ block = false }: { block?: boolean }) {
  const { t, i18n } = useTranslation()
  return (
    <Segmented<Language>
      aria-label={t('language.label')}
      block={block}
      value={i18n.language as Language}
      onChange={chooseLanguage}
      options={LANGUAGES.map((language) => ({
        value: language,
        label: <span lang={language === 'en' ? 'en' : 'zh-CN'}>{t(`language.${language}`)}</span>,
      }))}
    />
  )
}
