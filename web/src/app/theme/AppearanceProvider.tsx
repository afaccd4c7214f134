import { ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { AppearanceContext, APPEARANCE_CHOICES, type AppearanceChoice } from '../../components/appearance'
import { remember, remembered } from '../../memory'
import { antdTheme } from './antdTheme'
import { dark, light } from './tokens'
import { useMedia } from './useMedia'

function firstChoice(): AppearanceChoice {
  return APPEARANCE_CHOICES.find((choice) => choice === remembered('appearance')) ?? 'system'
}

export function AppearanceProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const [choice, setChoice] = useState(firstChoice)
  const systemIsDark = useMedia('(prefers-color-scheme: dark)')
  const still = useMedia('(prefers-reduced-motion: reduce)')
  const appearance = choice === 'system' ? (systemIsDark ? 'dark' : 'light') : choice

  useEffect(() => {
    document.documentElement.dataset.theme = appearance
    const bar = document.querySelector('meta[name="theme-color"]')
    bar?.setAttribute('content', appearance === 'dark' ? dark.page : light.page)
  }, [appearance])

  const state = useMemo(
    () => ({
      choice,
      choose: (chosen: AppearanceChoice) => {
        remember('appearance', chosen)
        setChoice(chosen)
      },
    }),
    [choice],
  )
  const theme = useMemo(() => antdTheme(appearance, !still), [appearance, still])

  return (
    <AppearanceContext value={state}>
      <ConfigProvider
        theme={theme}
        locale={i18n.language === 'en' ? enUS : zhCN}
        button={{ autoInsertSpace: false }}
      >
        {children}
      </ConfigProvider>
    </AppearanceContext>
  )
}
