import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import './app/global.css'
import { App } from './app/App'
import { styleSheet } from './app/theme/tokens'
import { startLanguage } from './locales/language'

const colours = new CSSStyleSheet()
colours.replaceSync(styleSheet())
document.adoptedStyleSheets.push(colours)

startLanguage()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
