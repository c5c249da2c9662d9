/**
 * Who may import whom. The table below is the design's, in data; `architecture/imports.spec.ts` runs it over the checkout and
 * over planted breaches that prove that every rule bites.
 */

/** Specs and what only they use may reach for more. */
const SPEC = '\\.spec\\.ts$|/test/|^libs/engine/src/language/';

/** Packages: what each may import besides itself, whole or by file. `core: true` lets it use Node's own modules. */
const PACKAGES = {
  'libs/policy': { libs: ['libs/engine/src/model'] },
  'libs/protocol': { libs: ['libs/engine/src/model'], npm: ['zod'] },
  'libs/git': { core: true, npm: ['simple-git'] },
  'libs/sdk-core': {
    libs: ['libs/engine/src/(model|compile|evaluate)', 'libs/protocol'],
    npm: ['eventsource-parser'],
  },
  'libs/sdk-node': {
    core: true,
    libs: ['libs/engine/src/(model|compile|evaluate)', 'libs/protocol', 'libs/sdk-core'],
    npm: ['@openfeature/server-sdk', '@openfeature/core'],
  },
  // Never the engine: no rule reaches a browser, and no code that could read one.
  'libs/sdk-web': {
    libs: ['libs/protocol'],
    files: ['libs/sdk-core/src/(back-off|constants|named-timers|ports)\\.ts'],
    npm: ['@openfeature/web-sdk'],
  },
  'libs/testkit': { core: true, libs: ['libs/engine', 'libs/protocol'], npm: ['pg', '@types/pg'] },
  migrations: { core: true, npm: ['typeorm'] },
  'apps/cli': {
    core: true,
    libs: ['libs/engine', 'libs/policy', 'libs/protocol', 'libs/git'],
    npm: ['commander', 'open', 'picocolors', 'ulid'],
  },
  // The server's third-party packages are its own affair; SDKs and applications are not among its libraries.
  'apps/server': {
    core: true,
    libs: ['libs/engine', 'libs/policy', 'libs/protocol', 'libs/git', 'migrations'],
    npm: ['.+'],
  },
};

/** Folders of the engine: pure, and in this order of layers. */
const ENGINE = {
  model: { folders: [] },
  schema: { folders: ['model'], npm: ['zod'] },
  resolve: { folders: ['model'] },
  compile: { folders: ['model'], npm: ['re2js'] },
  evaluate: { folders: ['model', 'compile'] },
  explain: { folders: ['model', 'compile', 'evaluate'] },
  diff: { folders: ['model', 'resolve', 'compile'] },
  impact: { folders: ['model', 'resolve', 'compile', 'evaluate', 'diff'] },
  load: {
    folders: ['model', 'schema', 'resolve', 'compile', 'evaluate', 'diff'],
    npm: ['yaml', 'zod'],
  },
  edit: {
    folders: ['model', 'schema', 'resolve', 'compile', 'evaluate', 'diff', 'load'],
    npm: ['yaml', 'zod'],
  },
  format: { folders: ['model', 'schema', 'load', 'edit'], npm: ['yaml'] },
};

/** Ranks of the server's features: a feature imports from lower ranks only, and never from its own rank. */
const RANKS = [
  ['kernel'],
  ['identity', 'audit'],
  ['access', 'notifications'],
  ['catalog', 'usage', 'proposals'],
  ['sync', 'serving', 'rollout', 'killswitch', 'waves', 'zombies', 'timeline'],
  ['health', 'openapi'],
];

/** Serving may become a process of its own, so it uses less than its rank allows. */
const NARROWER = { serving: ['kernel', 'identity', 'catalog'] };

const npmPaths = (names = []) => names.map((name) => `node_modules/${name}/`);
/** Two patterns rather than one with an optional part, which the tool holds to be unsafe. */
const doors = (feature) => [`${feature}index\\.ts$`, `${feature}[^/]+/index\\.ts$`];
const CORE =
  '^(node:)?(assert|async_hooks|buffer|child_process|cluster|console|crypto|dns|events|fs|http|http2|https|module|net|os|path|perf_hooks|process|readline|stream|string_decoder|timers|tls|tty|url|util|v8|vm|worker_threads|zlib)(/|$)';

function packageRule([name, { libs = [], files = [], npm = [], core = false }]) {
  return {
    name: `${name}-imports`,
    comment: `${name} imports only what the design's table allows.`,
    severity: 'error',
    from: { path: `^${name}/src/`, pathNot: SPEC },
    to: {
      pathNot: [
        `^${name}/src/`,
        ...libs.map((lib) => `^${lib}/`),
        ...files.map((file) => `^${file}$`),
        ...npmPaths(npm),
        ...(core ? [CORE] : []),
      ],
    },
  };
}

function engineRule([folder, { folders, npm = [] }]) {
  return {
    name: `engine-${folder}-imports`,
    comment: `The engine's ${folder} imports only ${[...folders, ...npm].join(', ') || 'itself'}.`,
    severity: 'error',
    from: { path: `^libs/engine/src/${folder}/`, pathNot: SPEC },
    to: {
      pathNot: [`^libs/engine/src/(${[folder, ...folders].join('|')})/`, ...npmPaths(npm)],
    },
  };
}

function featureRules() {
  return RANKS.flatMap((features, rank) => {
    const below = RANKS.slice(0, rank).flat();
    return features.map((feature) => {
      const allowed = NARROWER[feature] ?? below;
      return {
        name: `server-${feature}-imports`,
        comment: `${feature} imports from ${allowed.join(', ') || 'no other feature'}, through index.ts.`,
        severity: 'error',
        from: { path: `^apps/server/src/${feature}/`, pathNot: SPEC },
        to: {
          path: '^apps/server/src/',
          pathNot: [
            `^apps/server/src/${feature}/`,
            // The kernel is a folder of small features, so its doors lie one deeper.
            ...allowed.flatMap((name) => doors(`^apps/server/src/${name}/`)),
          ],
        },
      };
    });
  });
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment:
        'Under ES modules a cycle of values fails at boot, and a cycle of types is a cycle of meaning.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be followed would escape every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'server-door',
      comment: 'Also the table of contents goes through the doors of the features.',
      severity: 'error',
      from: { path: '^apps/server/src/[^/]+\\.ts$', pathNot: SPEC },
      to: { path: '^apps/server/src/[^/]+/', pathNot: doors('^apps/server/src/[^/]+/') },
    },
    {
      name: 'testkit-in-tests-only',
      comment: 'Builders and fakes are no part of what ships.',
      severity: 'error',
      from: { path: '^(libs|apps|migrations)/', pathNot: `${SPEC}|^libs/testkit/` },
      to: { path: '^libs/testkit/' },
    },
    {
      name: 'one-module-runs-programs',
      comment:
        'Only libs/git may start programs: everything about arguments and environments is decided there.',
      severity: 'error',
      from: { path: '^(libs|apps|migrations)/', pathNot: `${SPEC}|^libs/(git|testkit)/` },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'schemas-stay-on-the-server',
      comment: 'Validators are heavy: no SDK carries them.',
      severity: 'error',
      from: { path: '^libs/sdk-', pathNot: SPEC },
      to: { path: '^libs/protocol/src/schemas/' },
    },
    {
      name: 'zod-only-in-schemas',
      comment: 'The wire shapes are types; only the schemas beside them know the validator.',
      severity: 'error',
      from: { path: '^libs/protocol/src/', pathNot: `${SPEC}|^libs/protocol/src/schemas/` },
      to: { path: 'node_modules/zod/' },
    },
    ...Object.entries(PACKAGES).map(packageRule),
    ...Object.entries(ENGINE).map(engineRule),
    ...featureRules(),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Only our own builds: several packages of others keep their code in a folder called dist, and must be seen.
    exclude: { path: '^(libs|apps)/[^/]+/dist/|^migrations/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.base.json` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
