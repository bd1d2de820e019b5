// Who may import whom: each room of src lists the rooms and the packages it may use. CI runs this file.
const rooms = {
  core: { rooms: ['core'], packages: ['crypto', 'buffer', 'yaml', 'croner', 'string-width', '@peculiar/x509', 'reflect-metadata'] },
  'io/ports': { rooms: ['core', 'io/ports'], packages: ['stream'] },
  'io/adapters': { rooms: ['core', 'io/ports', 'io/adapters'], packages: ['.*'] },
  'io/collect': { rooms: ['core', 'io/ports', 'io/collect'], packages: ['crypto', 'buffer', 'path'] },
  'io/apply': { rooms: ['core', 'io/ports', 'io/apply'], packages: ['crypto', 'buffer', 'path'] },
  'io/demo': { rooms: ['core', 'io/ports', 'io/demo'], packages: ['crypto', 'buffer', 'path', 'stream', 'yaml', '@peculiar/x509', 'reflect-metadata'] },
  app: { rooms: ['core', 'app', 'io/ports', 'io/collect', 'io/apply'], packages: ['crypto', 'buffer', 'path', 'zlib'] },
  cli: {
    rooms: ['core', 'app', 'io/ports', 'io/collect', 'io/apply', 'cli'],
    packages: ['@oclif/core', 'ink', 'react', 'string-width', 'path', 'url', 'process', 'tty', 'stream', 'events'],
  },
};
const escape = (text) => text.replace(/[.]/g, '\\.');
const folder = (room) => `^src/${room}/`;
const contextMay = Object.keys(rooms).filter((room) => room !== 'cli').map(folder);

const forbidden = Object.entries(rooms).flatMap(([room, may]) => [
  {
    name: `${room}: rooms`,
    severity: 'error',
    from: { path: folder(room) },
    to: { path: '^src/', pathNot: may.rooms.map(folder) },
  },
  {
    name: `${room}: packages`,
    severity: 'error',
    from: { path: folder(room) },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'core'],
      pathNot: may.packages.map((name) => (name === '.*' ? '.*' : `^(node_modules/)?(@types/)?${escape(name)}(/|$)`)),
    },
  },
]);

module.exports = {
  forbidden: [
    ...forbidden,
    { name: 'no cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'everything resolves', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
    {
      name: 'context: rooms',
      severity: 'error',
      from: { path: '^src/context\\.ts$' },
      to: { path: '^src/', pathNot: contextMay },
    },
    {
      name: 'main: rooms',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: ['^src/context\\.ts$', '^src/cli/'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
