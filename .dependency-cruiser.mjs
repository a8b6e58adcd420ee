/** Who may import whom. The way of the data is one direction; whoever turns it round has to change this file first. */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Values may not go round in a circle (types may).',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'projections-are-pure',
      comment: 'A projection sees events and the rules of xAPI, and nothing else: no clock, no I/O.',
      severity: 'error',
      from: { path: '^projections/' },
      to: { pathNot: '^(projections/|src/(xapi/|events/((learning|compliance)_)?types\\.ts))' },
    },
    {
      name: 'xapi-rules-are-pure',
      comment: 'The rules of xAPI know the schemas and the errors, and do no I/O.',
      severity: 'error',
      from: { path: '^src/xapi/' },
      to: { pathNot: '^(src/xapi/|src/errors\\.ts|schemas/|node_modules/(ajv|fast-uri)/|crypto$)' },
    },
    {
      name: 'the-ledger-knows-no-meaning',
      comment: 'To the ledger, data is opaque bytes.',
      severity: 'error',
      from: { path: '^src/ledger/' },
      to: { path: '^src/(?!ledger/|errors\\.ts)' },
    },
    {
      name: 'only-main-names-an-engine',
      comment:
        'Which engine holds the ledger is decided in src/main; the rest knows the port, and readers of its file.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|ledger)/' },
      to: { path: '^src/ledger/(memory|sqlite|kurrentdb/(?!address)\\w+)\\.ts$' },
    },
    {
      name: 'http-asks-the-store',
      comment: 'The HTTP side reads and writes through the Store port, never by itself.',
      severity: 'error',
      from: { path: '^src/http/' },
      to: { path: '^src/(ledger|read_store|main|sequencer/(?!command\\.ts))', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-main',
      comment: 'src/main puts the rest together.',
      severity: 'error',
      from: { path: '^(src|projections)/', pathNot: '^src/main/' },
      to: { path: '^src/main/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|projections|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      from: { path: '^(src|projections|scripts)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
