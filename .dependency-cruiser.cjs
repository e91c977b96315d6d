/**
 * The rooms of the source and who may know whom. `npm run check` holds these laws; CONTRIBUTING.md explains the rooms.
 * Imports of types count like any other.
 */

/** Rooms below `src/` that a room may import, besides itself and the packages. */
const ALLOWED = {
  lib: [],
  languages: ['lib'],
  domain: ['lib', 'languages'],
  kommo: ['lib', 'domain'],
  customerio: ['lib', 'domain'],
  store: ['lib', 'languages', 'domain'],
  transfer: ['lib', 'domain', 'store'],
  watchdog: ['lib'],
  config: ['lib', 'languages', 'domain'],
  secrets: ['lib'],
  'kommo-oauth': ['lib', 'domain', 'kommo', 'store', 'secrets'],
  connections: ['lib', 'domain', 'store', 'config', 'secrets', 'kommo-oauth'],
  clients: ['lib', 'domain', 'kommo', 'customerio', 'config'],
  pipeline: ['lib', 'languages', 'domain', 'kommo', 'customerio', 'store'],
  cluster: ['lib', 'domain', 'kommo', 'customerio', 'store', 'config', 'connections', 'pipeline'],
  alerts: ['lib', 'domain', 'kommo', 'store', 'config', 'health'],
  holds: ['lib', 'domain', 'store'],
  backfills: ['lib', 'domain', 'store'],
  failures: ['lib', 'languages', 'domain', 'kommo', 'customerio', 'store', 'pipeline'],
  'rules-admin': [
    ...['lib', 'languages', 'domain', 'kommo', 'customerio', 'store', 'config', 'connections', 'pipeline', 'cluster'],
    'failures',
  ],
  doctor: ['lib', 'domain', 'kommo', 'customerio', 'store', 'config'],
  health: ['lib', 'languages', 'domain', 'kommo', 'customerio', 'store', 'config', 'doctor'],
  setup: [
    ...['lib', 'domain', 'kommo', 'customerio', 'store', 'config', 'secrets', 'connections', 'clients', 'doctor'],
    'health',
  ],
  http: ['lib', 'languages', 'domain', 'store', 'connections', 'alerts', 'failures', 'holds', 'backfills', 'doctor', 'health', 'rules-admin', 'setup', 'kommo-oauth'],
  'console-api': [
    ...['lib', 'domain', 'kommo', 'customerio', 'store', 'config', 'connections', 'clients', 'pipeline', 'cluster'],
    ...['secrets', 'kommo-oauth', 'alerts', 'failures', 'rules-admin', 'doctor', 'health', 'setup', 'http'],
  ],
};

const roomLaws = Object.entries(ALLOWED).map(([room, rooms]) => ({
  name: `${room}-knows-only-${rooms.join('-') || 'nobody'}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^(src|simulators|console)/', pathNot: `^src/((${[room, ...rooms].join('|')})/|version\\.ts$)` },
}));

/** The steps of the pipeline: only `pipeline/worker.ts` puts them together. */
const STEPS = ['receive', 'understand', 'directory', 'campaigns', 'gather', 'plan', 'deliver', 'watches', 'backfill', 'names'];
/**
 * Planning asks `gather/` for what it needs, which finds people in the directory, and starts watches in the transaction of
 * its decisions. A backfill plans the deals that it has listed. Names are read
 * as the data of decisions is.
 */
const STEP_ALLOWED = { gather: ['directory'], plan: ['directory', 'gather', 'watches'], backfill: ['gather', 'plan'], names: ['gather'] };

const stepLaws = STEPS.map((step) => ({
  name: `step-${step}-knows-no-other-step`,
  severity: 'error',
  from: { path: `^src/pipeline/${step}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^src/pipeline/[^/]+/',
    pathNot: `^src/pipeline/(${[step, ...(STEP_ALLOWED[step] ?? [])].join('|')})/`,
  },
}));

/** Shared by `stagepost replay` and the console, so that both mean the same by "retried" and "refused again". */
const REPLAY_LOOP = 'src/failures/replay-run\\.ts$';
/** The only import of the loop that is code. It imports types only, too. */
const REPLAY_TALLY = 'src/failures/replay-tally\\.ts';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'No file imports itself through others, not even for a type.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...roomLaws,
    ...stepLaws,
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/(liquidjs|zod)/' },
    },
    {
      name: 'only-commands-know-the-root',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: '^src/commands/|\\.test\\.ts$' },
      to: { path: '^src/[^/]+\\.ts$', pathNot: '^src/version\\.ts$' },
    },
    {
      name: 'simulators-share-no-code-with-src',
      comment: 'A shared mistake would pass its own test.',
      severity: 'error',
      from: { path: '^simulators/' },
      to: { path: '^(src|console)/' },
    },
    {
      name: 'only-two-commands-run-simulators',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/commands/(demo|simulate)/|\\.test\\.ts$' },
      to: { path: '^simulators/' },
    },
    {
      name: 'the-console-knows-contracts-only',
      comment: 'The browser gets types of the server, and the replay loop, which imports nothing itself.',
      severity: 'error',
      from: { path: '^console/src/' },
      to: { path: '^src/', pathNot: `^${REPLAY_LOOP}`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-replay-loop-imports-types-only',
      severity: 'error',
      from: { path: `^(${REPLAY_LOOP}|${REPLAY_TALLY})` },
      to: { path: '.', pathNot: `^${REPLAY_TALLY}`, dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: 'console/dist' },
  },
};
