import { defineConfig } from 'vite';

/** The console's pages, of a device and of a fleet: `npm run build` puts them into dist/console, from where they are served. */
export default defineConfig({
  root: 'src/console',
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    rolldownOptions: { input: ['src/console/index.html', 'src/console/fleet.html'] },
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the page's policy allows no data: URL
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
