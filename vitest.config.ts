import { defineConfig } from 'vitest/config';

// Most files start a store of several threads; what Node makes of its modules is kept from one to the next.
process.env.NODE_COMPILE_CACHE ??= 'node_modules/.cache/node';

export default defineConfig({
  test: {
    include: ['test/**/*.spec.ts'],
    // Two at a time suit two cores: each store has threads of its own.
    maxWorkers: 2,
    // No test changes what another could see: modules are loaded once for each worker.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
