import { defineConfig } from 'vitest/config';
import { LONG_TESTS, SHARED } from './vitest.shared.ts';

export default defineConfig({ test: { ...SHARED, include: LONG_TESTS } });
