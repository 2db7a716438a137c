import { defineConfig } from 'vite';

/** The console's page: `npm run build` puts it into dist/console, from where the service reads it. */
export default defineConfig({
  root: 'src/console',
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the page's policy allows no data: URL
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
