/** Two projects: `pure` touches nothing but memory; `shell` talks to Git, a database, HTTP or a browser. */
const base = {
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
      },
    ],
  },
  modulePathIgnorePatterns: ['/dist/', '/.guidon/'],
};

/** Specs of the pure packages, and specs beside server and CLI code that end in `.pure.spec.ts`. */
const pure = [
  '<rootDir>/libs/{engine,policy,protocol,sdk-core}/src/**/*.spec.ts',
  '<rootDir>/architecture/**/*.spec.ts',
  '<rootDir>/apps/**/*.pure.spec.ts',
  '<rootDir>/libs/**/*.pure.spec.ts',
];

/** Minutes of real time, for `npm run test:long` alone. */
const withoutLong = process.env.GUIDON_TEST_LONG === '1' ? [] : ['\\.long\\.spec\\.ts$'];

export default {
  projects: [
    { ...base, displayName: 'pure', testMatch: pure },
    {
      ...base,
      displayName: 'shell',
      globalTeardown: '<rootDir>/libs/testkit/jest-teardown.mjs',
      testMatch: [
        '<rootDir>/libs/{git,sdk-node,sdk-web,testkit}/{src,test}/**/*.spec.ts',
        '<rootDir>/migrations/**/*.spec.ts',
        '<rootDir>/apps/*/{src,test}/**/*.spec.ts',
      ],
      testPathIgnorePatterns: ['\\.pure\\.spec\\.ts$', '/dist/', ...withoutLong],
    },
  ],
};
