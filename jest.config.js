/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', {}] },
  // Tests talk to real servers and start real processes: two at a time leave those a core to answer with.
  maxWorkers: 2,
  // Each embedded PostgreSQL leaves memory behind that WebAssembly never gives back: a fresh worker does.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 20_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.{ts,tsx}'],
};
