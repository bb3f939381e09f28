import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The page is built to portal/web/dist, from where the API serves it. In development it talks to a running house. */
export default defineConfig({
  root: here,
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0 },
  server: {
    proxy: { '/api': { target: process.env['PORTAL_URL'] ?? 'http://127.0.0.1:8080' } },
  },
});
