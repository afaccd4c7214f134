import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

import { startLanguage } from '../locales/language'

localStorage.setItem('guicheng.language', 'zh')
startLanguage()
afterEach(cleanup)
