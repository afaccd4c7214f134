// Runs the checks side by side and shows the words of those that failed.
import { spawn } from 'node:child_process'

const checks = {
  eslint: ['eslint', '.', '--max-warnings', '0'],
  types: ['tsc', '--noEmit'],
  tests: ['vitest', 'run'],
  prettier: [
    'prettier',
    '--check',
    '--log-level',
    'warn',
    '--config',
    '.prettierrc.json',
    '.',
    '../tests/web',
  ],
}

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${program}`, args)
    let words = ''
    child.stdout.on('data', (part) => (words += part))
    child.stderr.on('data', (part) => (words += part))
    child.on('close', (code) => resolve({ code, words }))
  })
}

const outcomes = await Promise.all(
  Object.entries(checks).map(async ([name, command]) => ({ name, ...(await run(command)) })),
)
for (const { name, code, words } of outcomes) {
  console.log(`${code === 0 ? 'ok    ' : 'failed'} ${name}`)
  if (code !== 0) console.log(words)
}
process.exitCode = outcomes.some(({ code }) => code !== 0) ? 1 : 0
