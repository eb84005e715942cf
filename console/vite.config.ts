// SPDX-License-Identifier: Apache-2.0

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The platform serves the built files from its own binary; `npm run dev` passes the API on to a running platform.
export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', manifest: true, sourcemap: false, chunkSizeWarningLimit: 900 },
  server: { proxy: { '/api': process.env.B4A_URL ?? 'http://127.0.0.1:8080' } },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    css: false,
    server: { deps: { inline: [/@patternfly/] } },
  },
});
