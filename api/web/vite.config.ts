import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// The built page is committed and built again by a test, so nothing in it may depend on where or when it is built.
export default defineConfig({
  plugins: [vue()],
  base: '/',
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  worker: { format: 'es' },
  build: {
    outDir: '../static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy has no `data:` for scripts and styles
    sourcemap: false,
    chunkSizeWarningLimit: 1_200,
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8000' } },
  test: {
    environment: 'jsdom',
    pool: 'vmThreads', // a context for each file, not a process: half of the time went into those
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
})
