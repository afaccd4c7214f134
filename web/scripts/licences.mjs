// Writes THIRD-PARTY.md: every package that ends up in the browser, its version and licence.
import { readFileSync, writeFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'))

const rows = Object.entries(lock.packages)
  .filter(
    ([path, entry]) => path !== '' && !entry.dev && !entry.devOptional && !entry.optional && !entry.peer,
  )
  .map(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const declared = JSON.parse(readFileSync(new URL(`${path}/package.json`, root), 'utf8'))
    const licence = entry.license ?? declared.license?.type ?? declared.license
    if (!licence) throw new Error(`${name} names no licence`)
    return `| ${name} | ${entry.version} | ${licence} |`
  })
  .sort((a, b) => a.localeCompare(b, 'en'))

writeFileSync(
  new URL('THIRD-PARTY.md', root),
  [
    '# Third-party packages of the web client',
    '',
    'Written by `npm run licences`. These packages are part of the build in `web/dist`.',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...new Set(rows),
    '',
  ].join('\n'),
)
console.log(`${new Set(rows).size} packages`)
