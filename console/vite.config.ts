import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run console:dev` finds a running Stagepost. */
const SERVER = process.env.STAGEPOST_URL ?? 'http://127.0.0.1:4400';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The server puts a fresh nonce in its place (src/http/console-files.ts): Mantine writes <style> elements at run time.
  html: { cspNonce: 'STAGEPOST_NONCE' },
  server: { proxy: { '/api': { target: SERVER, changeOrigin: true } } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Data URLs would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    target: 'es2022',
    rolldownOptions: {
      output: {
        // src/texts.ts waits for the file of a language at its top level. What that file imports must not be in a chunk that waits
        // for src/texts.ts.
        codeSplitting: { groups: [{ name: 'locale', test: /src\/languages\/(language|locale)\.ts$/ }] },
      },
    },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 800,
    // The licences of the bundled packages ask for it.
    license: { fileName: 'licenses.md' },
  },
});
