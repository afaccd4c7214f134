import { readdirSync } from 'node:fs'

import js from '@eslint/js'
import importX from 'eslint-plugin-import-x'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const source = new URL('./src/', import.meta.url).pathname
const features = readdirSync(`${source}features`)

// The arrows: app -> features -> components -> api; features never import each other.
const rooms = ['app', 'features', 'components', 'api']
const arrows = [
  ...rooms.flatMap((room, level) =>
    rooms.slice(0, level).map((above) => ({
      target: `${source}${room}`,
      from: `${source}${above}`,
      message: `${room} is below ${above} and may not know it.`,
    })),
  ),
  ...features.map((feature) => ({
    target: `${source}features/${feature}`,
    from: `${source}features`,
    except: [`./${feature}`],
    message: 'Features never import each other; share through components or api.',
  })),
]

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.ts'] },
  js.configs.recommended,
  { files: ['scripts/*.mjs', '*.config.js'], languageOptions: { globals: globals.node } },
  { files: ['public/*.js'], languageOptions: { globals: globals.browser, sourceType: 'script' } },
  {
    files: ['src/**/*.{ts,tsx}', 'vite.config.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, 'react-hooks': reactHooks },
    settings: {
      'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.tsx', '.json'] })],
    },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'import-x/no-restricted-paths': ['error', { zones: arrows }],
      'import-x/no-cycle': 'error',
      'import-x/order': [
        'error',
        { alphabetize: { order: 'asc', caseInsensitive: true }, 'newlines-between': 'ignore' },
      ],
      'max-lines': ['error', 300],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(Literal, TemplateElement, JSXText)[value=/\\p{Script=Han}/u]',
          message: 'Words on the screen live in src/locales.',
        },
        {
          selector: 'JSXText[value=/\\p{L}/u]',
          message: 'Words on the screen live in src/locales.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.test.{ts,tsx}', 'src/testing/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
