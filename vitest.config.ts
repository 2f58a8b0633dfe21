import { defineConfig } from 'vitest/config';

/** Tests that drive the running stack, or read what CDK synthesized. */
const withStack = [
  'test/journeys/**/*.test.ts',
  'test/functions/**/*.test.ts',
  'test/routes.test.ts',
  'test/permissions.test.ts',
  'test/template.test.ts',
];

const shared = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // CommonJS packages are imported as Node does it, which is what runs and what the types say.
  deps: { interopDefault: false },
};

export default defineConfig({
  test: {
    // Two cores and one running stack: more workers would only wait for each other.
    maxWorkers: 2,
    // Refusals and failures are logged on purpose; only those of a failing test tell anything.
    silent: 'passed-only',
    projects: [
      { test: { ...shared, name: 'parts', include: ['test/**/*.test.ts'], exclude: withStack } },
      { test: { ...shared, name: 'stack', include: withStack, globalSetup: ['test/support/stack-setup.ts'] } },
    ],
  },
});
