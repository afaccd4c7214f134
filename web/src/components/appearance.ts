import { createContext, use } from 'react'

export type Appearance = 'light' | 'dark'
export type AppearanceChoice = Appearance | 'system'

export const APPEARANCE_CHOICES: readonly AppearanceChoice[] = ['system', 'light', 'dark']

interface AppearanceState {
  choice: AppearanceChoice
  choose: (choice: AppearanceChoice) => void
}

export const AppearanceContext = createContext<AppearanceState>({ choice: 'system', choose: () => undefined })

export function useAppearance(): AppearanceState {
  return use(AppearanceContext)
}
