/** The house's rules (engine/README.md): who may import whom. Everything else fails CI. */
const TESTS = '\\.(test|bench)\\.ts$|/testing/';

/** In `from`, only the rooms in `may` (and the room itself) may be imported out of engine/. */
const engineRoom = (name, from, may) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { path: '^(engine|api|cabinet|seeds|scripts)/', pathNot: [from, ...may] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-tests', severity: 'error', from: { pathNot: [TESTS, '^scripts/'] }, to: { path: TESTS } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      comment: 'the product runs without devDependencies',
      severity: 'error',
      from: { path: '^(engine|api|cabinet)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'] },
    },
    engineRoom('contract', '^engine/contract/', []),
    {
      name: 'contract-runs-in-a-browser',
      severity: 'error',
      from: { path: '^engine/contract/', pathNot: TESTS },
      to: { pathNot: ['^engine/contract/', '^node_modules/typebox/'] },
    },
    engineRoom('ports', '^engine/ports/', ['^engine/contract/']),
    engineRoom('media', '^engine/media/', ['^engine/(contract|ports)/']),
    engineRoom('dialogue', '^engine/dialogue/', ['^engine/(contract|ports)/']),
    engineRoom('call', '^engine/call/', ['^engine/(contract|ports|media|dialogue)/']),
    engineRoom('far-end', '^engine/far-end/', ['^engine/(contract|ports|media)/']),
    engineRoom('observe', '^engine/observe/', ['^engine/(contract|ports|media)/']),
    engineRoom('adapters', '^engine/adapters/', ['^engine/(contract|ports|media|far-end)/']),
    {
      name: 'far-end-only-behind-simulated-lines',
      severity: 'error',
      from: { path: '^engine/adapters/(?!simulator/|asterisk/local-carrier/)', pathNot: TESTS },
      to: { path: '^engine/far-end/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'they may stand on system: the machine itself',
      severity: 'error',
      from: { path: '^engine/adapters/([^/]+)/', pathNot: TESTS },
      to: { path: '^engine/adapters/([^/]+)/', pathNot: '^engine/adapters/($1|system)/' },
    },
    {
      name: 'pure-rooms',
      comment: 'no sockets, files, timers or processes in the pure rooms',
      severity: 'error',
      from: {
        path: '^engine/(media|dialogue|contract|ports)/',
        pathNot: [TESTS, '^engine/media/silero-weights\\.ts$'],
      },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'api-knocks-at-the-door',
      comment: 'api reaches the engine through engine/index.ts and the contract',
      severity: 'error',
      from: { path: '^api/', pathNot: TESTS },
      to: { path: '^engine/', pathNot: '^engine/(index\\.ts$|contract/)' },
    },
    {
      name: 'engine-knows-no-api',
      severity: 'error',
      from: { path: '^engine/', pathNot: TESTS },
      to: { path: '^(api|cabinet|scripts)/' },
    },
    {
      name: 'api-knows-no-cabinet',
      severity: 'error',
      from: { path: '^api/', pathNot: TESTS },
      to: { path: '^(cabinet|scripts)/' },
    },
    {
      name: 'cabinet-knows-only-the-contract',
      severity: 'error',
      from: { path: '^cabinet/', pathNot: TESTS },
      to: { path: '^(engine|api|scripts|seeds)/', pathNot: '^(engine/contract|api/schemas)/' },
    },
    {
      name: 'features-do-not-know-each-other',
      severity: 'error',
      from: { path: '^cabinet/features/([^/]+)/', pathNot: TESTS },
      to: { path: '^cabinet/features/([^/]+)/', pathNot: '^cabinet/features/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    includeOnly: '^(engine|api|cabinet|seeds|scripts|node_modules)',
  },
};
