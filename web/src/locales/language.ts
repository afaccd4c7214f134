import i18next, { type TFunction } from 'i18next'
import { initReactI18next } from 'react-i18next'

import { remember, remembered } from '../memory'
import { resources } from '.'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Any text function of ours: its namespaces are all loaded from the start. */
export type Words = TFunction<(keyof typeof resources.zh)[]>

function firstLanguage(): Language {
  const wanted = [remembered('language'), ...navigator.languages].find(
    (tag) => tag !== null && /^(zh|en)/i.test(tag),
  )
  return wanted?.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

function tellTheDocument(language: string): void {
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
}

export function startLanguage(): void {
  i18next.on('languageChanged', tellTheDocument)
  void i18next.use(initReactI18next).init({
    resources,
    lng: firstLanguage(),
    fallbackLng: false,
    supportedLngs: [...LANGUAGES],
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    initAsync: false,
  })
}

export function chooseLanguage(language: Language): void {
  remember('language', language)
  void i18next.changeLanguage(language)
}
