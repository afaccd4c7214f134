/** The colours of the product, in both appearances; `tokens.test.ts` proves their contrast. */
export interface Tokens {
  page: string
  surface: string
  raised: string
  sunken: string
  selected: string
  hairline: string
  control: string
  text: string
  secondary: string
  tertiary: string
  primary: string
  onPrimary: string
  link: string
  accentGround: string
  focus: string
  pending: string
  pendingGround: string
  passed: string
  passedGround: string
  rejected: string
  rejectedGround: string
  returned: string
  returnedGround: string
  quiet: string
  quietGround: string
  overdue: string
  onOverdue: string
}

export const light: Tokens = {
  page: '#f5f6f8',
  surface: '#ffffff',
  raised: '#ffffff',
  sunken: '#f5f6f8',
  selected: '#ffffff',
  hairline: '#e4e7ec',
  control: '#8a929e',
  text: '#1f2329',
  secondary: '#4e5969',
  tertiary: '#646d7a',
  primary: '#0958d9',
  onPrimary: '#ffffff',
  link: '#0958d9',
  accentGround: '#e9f1ff',
  focus: '#0958d9',
  pending: '#8a5200',
  pendingGround: '#fff4e0',
  passed: '#1a6e32',
  passedGround: '#e8f6ec',
  rejected: '#b3141d',
  rejectedGround: '#fdecec',
  returned: '#5b3a9e',
  returnedGround: '#f1edfb',
  quiet: '#4e5969',
  quietGround: '#eef0f3',
  overdue: '#c8161d',
  onOverdue: '#ffffff',
}

export const dark: Tokens = {
  page: '#0b0c0e',
  surface: '#141414',
  raised: '#1f1f1f',
  sunken: '#1b1c1e',
  selected: '#43474e',
  hairline: '#2b2e33',
  control: '#6b7380',
  text: '#e6e8eb',
  secondary: '#a9b0ba',
  tertiary: '#949ca7',
  primary: '#1d5fd1',
  onPrimary: '#ffffff',
  link: '#6ea8ff',
  accentGround: '#14233d',
  focus: '#6ea8ff',
  pending: '#f3b861',
  pendingGround: '#2e2210',
  passed: '#6fd18a',
  passedGround: '#12281a',
  rejected: '#ff8f8a',
  rejectedGround: '#331416',
  returned: '#bba3f2',
  returnedGround: '#241a3a',
  quiet: '#a9b0ba',
  quietGround: '#242629',
  overdue: '#c8161d',
  onOverdue: '#ffffff',
}

function declarations(tokens: Tokens): string {
  return Object.entries(tokens)
    .map(
      ([name, colour]) =>
        `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${String(colour)}`,
    )
    .join(';')
}

/** The same colours as custom properties, for our style sheets. */
export function styleSheet(): string {
  return `:root{${declarations(light)};color-scheme:light}:root[data-theme=dark]{${declarations(dark)};color-scheme:dark}`
}
