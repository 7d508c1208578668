import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte()],
  worker: { format: 'es' },
  build: {
    target: ['chrome115', 'firefox121', 'safari17.4'],
    // The Content-Security-Policy allows no data: fonts or styles, and one small file more costs less than an exception.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
