import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.GUICHENG_ADDRESS ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    manifest: true,
    // The page is served under a content policy that knows no inline script.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Libraries change seldom: a new release of the product leaves them in the browser's cache.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\//, priority: 2 },
            { name: 'antd', test: /node_modules\/(antd|@ant-design|@rc-component)\//, priority: 1 },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { '/v2': server } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
  },
})
