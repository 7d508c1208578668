import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/**
 * Builds the worker with the page, and not beside it as Vite does: what both are made of (the store, the reading and writing of
 * messages) is downloaded and kept once. While Postern is being changed, Vite's own way serves.
 */
function workerWithPage(): Plugin {
  const asked = './worker.ts?worker&url';
  const own = '\0worker-url';
  return {
    name: 'worker-with-page',
    apply: 'build',
    enforce: 'pre',
    async resolveId(id, importer) {
      if (id !== asked || importer === undefined) return undefined;
      const worker = await this.resolve('./worker.ts', importer);
      return worker && `${own}:${worker.id}`;
    },
    load(id) {
      if (!id.startsWith(own)) return undefined;
      const file = this.emitFile({ type: 'chunk', id: id.slice(own.length + 1), name: 'worker' });
      return `export default import.meta.ROLLUP_FILE_URL_${file};`;
    },
  };
}

export default defineConfig({
  plugins: [
    workerWithPage(),
    svelte(),
    VitePWA({
      // The page registers the worker itself (src/state/update.svelte.ts): under its policy that takes a trusted URL.
      injectRegister: null,
      registerType: 'prompt',
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'service-worker.ts',
      // The globs find them.
      includeManifestIcons: false,
      injectManifest: {
        // The frames that mail is shown in are documents of the app too.
        globPatterns: ['**/*.{html,js,css,svg,png,woff2}'],
        rollupFormat: 'iife',
        minify: true,
        sourcemap: false,
      },
      manifest: {
        id: '/',
        name: 'Postern',
        short_name: 'Postern',
        description: 'Mail that opens at once and works without a network.',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#f7f7f9',
        theme_color: '#f7f7f9',
        categories: ['productivity'],
        icons: [
          { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
  worker: { format: 'es' },
  build: {
    target: ['chrome115', 'firefox121', 'safari17.4'],
    // The Content-Security-Policy allows no data: fonts or styles, and one small file more costs less than an exception.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
