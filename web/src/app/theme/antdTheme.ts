import { theme, type ThemeConfig } from 'antd'

import type { Appearance } from '../../components/appearance'
import { dark, light } from './tokens'

/** Our colours instead of the library's: its own primary and state colours miss AA on white. */
export function antdTheme(appearance: Appearance, motion: boolean): ThemeConfig {
  const tokens = appearance === 'dark' ? dark : light
  return {
    algorithm: appearance === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      motion,
      colorPrimary: tokens.primary,
      colorLink: tokens.link,
      colorError: tokens.rejected,
      colorWarning: tokens.pending,
      colorSuccess: tokens.passed,
      colorText: tokens.text,
      colorTextSecondary: tokens.secondary,
      colorTextTertiary: tokens.tertiary,
      colorTextDescription: tokens.tertiary,
      colorTextPlaceholder: tokens.tertiary,
      colorBgLayout: tokens.page,
      colorBgContainer: tokens.surface,
      colorBgElevated: tokens.raised,
      colorBorder: tokens.control,
      colorBorderSecondary: tokens.hairline,
      borderRadius: 6,
      borderRadiusLG: 10,
      fontSize: 14,
      lineHeight: 22 / 14,
      controlHeight: 36,
      controlHeightLG: 44,
      fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    },
    components: {
      Segmented: {
        trackBg: tokens.quietGround,
        itemColor: tokens.secondary,
        itemSelectedBg: tokens.selected,
        itemSelectedColor: tokens.text,
      },
      Button: { fontWeight: 500, primaryShadow: 'none', defaultShadow: 'none' },
    },
  }
}
