// Prints what a first visit of the inbox downloads (JavaScript, gzip) and fails above the limit.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 300
const PAGES_OF_THE_FIRST_LOAD = ['index.html', 'src/features/inbox/InboxPage.tsx']

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))

const files = new Set()
function collect(name) {
  const chunk = manifest[name]
  if (chunk === undefined || files.has(chunk.file)) return
  files.add(chunk.file)
  for (const imported of chunk.imports ?? []) collect(imported)
}
PAGES_OF_THE_FIRST_LOAD.forEach(collect)

let total = 0
for (const file of files) {
  const size = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length / 1024
  total += size
  console.log(`${size.toFixed(1).padStart(8)} KB  ${file}`)
}
console.log(`${total.toFixed(1).padStart(8)} KB  first load of the inbox, at most ${LIMIT_KB} KB`)
if (total > LIMIT_KB) {
  console.error('The first load is too heavy: load the new part only when it is needed.')
  process.exitCode = 1
}
