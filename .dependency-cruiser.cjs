// The one-way stairs of src/, executable. `npm run check` runs them; each rule's comment says what to do instead.

/** Every room, what it may import besides itself and lib, and the way out when something else is needed. */
const stairs = [
  {
    room: 'config',
    may: [],
    instead: 'Configuration only reads and checks. Hand its result to the others in main.ts, and keep what two rooms need in lib.',
  },
  {
    room: 'features',
    may: ['slack/listen', 'views', 'domain', 'ports[.]ts'],
    instead: 'A feature parses and calls execute once. What it needs comes in through its deps; what should happen afterwards is a job.',
  },
  {
    room: 'jobs',
    may: ['queue/job', 'views', 'domain', 'ports[.]ts'],
    instead: 'A job reads current state, talks through a port and comes back through execute. Ask for another port in its deps.',
  },
  {
    room: 'web',
    may: ['views', 'domain', 'ports[.]ts'],
    instead: 'A page shows what a port hands it. Put the query into the store, its type into ports.ts, and pass it in from main.ts.',
  },
  {
    room: 'execute[.]ts',
    may: ['domain', 'ports[.]ts'],
    instead: 'The door knows decisions and the ledger port. Everything that talks to the outside is a job.',
  },
  {
    room: 'slack',
    may: ['ports[.]ts', 'views', 'domain'],
    instead: 'The Slack glue acks, parses and posts. Actions belong into features, effects into jobs.',
  },
  {
    room: 'queue',
    may: ['ports[.]ts', 'domain'],
    instead: 'The queue moves jobs and does not know what they do. Register the processor in jobs/index.ts and pass it in from main.ts.',
  },
  {
    room: 'store',
    may: ['ports[.]ts', 'domain'],
    instead: 'The store keeps facts and answers queries. Decide in domain, and pass in what it needs from main.ts.',
  },
  {
    room: 'providers',
    may: ['ports[.]ts'],
    instead: 'A provider translates one vendor into the words of ports.ts. Export the type it needs from there; decide in domain.',
  },
  {
    room: 'channels',
    may: ['ports[.]ts'],
    instead: 'A channel carries a finished text. Export the type it needs from ports.ts; draw in views.',
  },
  {
    room: 'intake',
    may: ['ports[.]ts'],
    instead: 'An intake verifies and parses one webhook. Export the type it needs from ports.ts; decide in domain.',
  },
  {
    room: 'ports[.]ts',
    may: ['views', 'domain'],
    instead: 'ports.ts holds types only. A type that describes the outside is written there, not imported from an adapter.',
  },
  {
    room: 'views',
    may: ['domain'],
    instead: 'A view is a pure function of its argument. Add the fact to that argument instead of fetching it.',
  },
  {
    room: 'domain',
    may: [],
    instead: 'A decision sees state and command only. What it must know comes in with the command; pure tools live in lib.',
  },
  {
    room: 'lib',
    may: [],
    nothingElse: true,
    instead: 'lib would fit any project. Move what knows Warroom into the room that owns it.',
  },
];

/** Rooms whose folders are one thing each and never see one another. Their index.ts is the composition map. */
const separate = [
  {
    name: 'features-stand-alone',
    rooms: 'features',
    instead: 'Features meet in domain (one decision), in views (one picture) or in a fact that causes a job; never directly.',
  },
  {
    name: 'adapters-stand-alone',
    rooms: 'providers|channels|intake',
    instead:
      'An adapter knows its own vendor only. A tool for all of them lies beside their folders, or in lib if it would fit any project.',
  },
];

function oneWay({ room, may, nothingElse, instead }) {
  const own = room.endsWith('[.]ts') ? `${room}$` : `${room}/`;
  const allowed = [own, ...(nothingElse ? [] : ['lib/']), ...may];
  return {
    name: `stairs-${room.replace('[.]ts', '')}`,
    comment: instead,
    severity: 'error',
    from: { path: `^src/${own}` },
    to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})` },
  };
}

function standAlone({ name, rooms, instead }) {
  return {
    name,
    comment: instead,
    severity: 'error',
    from: { path: `^src/(${rooms})/([^/]+)/` },
    to: { path: `^src/(${rooms})/([^/]+/|index[.]ts$)`, pathNot: '^src/$1/$2/' },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...stairs.map(oneWay),
    ...separate.map(standAlone),
    {
      name: 'jobs-stand-alone',
      comment:
        'One file per job. What two jobs share is a decision (domain), a picture (views), a port, or a step in jobs/support; only jobs/index.ts knows them all.',
      severity: 'error',
      from: { path: '^src/jobs/', pathNot: '^src/jobs/index[.]ts$' },
      to: { path: '^src/jobs/[^/]+[.]tsx?$' },
    },
    {
      name: 'domain-without-io',
      comment:
        'The domain has no I/O, clock or random. Take the fact in with the command; a pure tool (a hash, a parser) gets a place in lib.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-peer', 'npm-optional', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '/node_modules/zod/',
      },
    },
    {
      name: 'nobody-imports-main',
      comment: 'main.ts puts the house together and is started, not imported. Move what you need into the room that owns it.',
      severity: 'error',
      from: { pathNot: '^(bin/|src/cli[.]ts$)' },
      to: { path: '^src/main[.]ts$' },
    },
    {
      name: 'product-knows-no-sandbox',
      comment: 'The product ships without sandbox, tests and scripts. It reaches the local workspace by address, as it reaches Slack.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(sandbox|test|bench|scripts|examples)/' },
    },
    {
      name: 'sandbox-knows-no-product',
      comment:
        'The sandbox stands for the world outside: it talks to Warroom over the wire only, else it proves nothing. Start it as a process.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(src|test|bench|scripts)/' },
    },
    {
      name: 'chores-stand-alone',
      comment: 'The chores install, start and check the others. Start the program you need as a process.',
      severity: 'error',
      from: { path: '^scripts/(run[.]mjs$|lib/|check/)' },
      to: { path: '^(src|sandbox|test|bench)/' },
    },
    {
      name: 'fresh-clone-needs-nothing',
      comment: 'run.mjs and scripts/lib run before npm ci: Node built-ins only. What needs a package goes into a program that they start.',
      severity: 'error',
      from: { path: '^scripts/(run[.]mjs$|lib/)' },
      to: { pathNot: '^scripts/lib/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or share a third one below them. Move the common part down.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'product-uses-real-dependencies',
      comment: 'The image is built without devDependencies. Move the package to dependencies in package.json.',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm'] },
    },
    {
      name: 'only-known-modules',
      comment: 'This import leads nowhere, or to a package that package.json does not name. Correct the path or add the package.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['unknown', 'npm-no-pkg', 'npm-unknown', 'undetermined'] },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|public|__fixtures__)/' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs', '.json'],
    },
  },
};
