import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * `npx vite build cabinet` → dist/cabinet. Everything is served from our own origin under a CSP of 'self':
 * no inline scripts (hence no module-preload polyfill) and no data: URLs.
 * For `npx vite cabinet` (development) the API's requests go to HALO_API, by default http://127.0.0.1:3000.
 */
const api = process.env['HALO_API'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  build: {
    outDir: '../dist/cabinet',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  server: { proxy: { '/demo': api, '/recordings': api, '/ops': api } },
});
