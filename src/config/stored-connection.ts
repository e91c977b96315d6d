import { buildConnection } from './build.ts';
import { kommoAccessProblems } from './checks/kommo-access.ts';
import { problemsOfIssues } from './issues.ts';
import { FILE_LIMITS } from './limits.ts';
import { type ConfigProblem, formatKeyPath, type ProblemAt, shownProblems } from './problems.ts';
import { connectionSchema } from './schema.ts';
import { readTree, type Tree } from './tree.ts';
import type { ConnectionConfig, ConnectionOrigin } from './types.ts';
import { type Environment, substitute } from './variables.ts';

type Entries = { [key: string]: Tree };

/** A connection as the database keeps it: the keys of stagepost.yaml, every value as a text, the secrets apart. */
export interface ConnectionForm {
  settings: Entries;
  secrets: Entries;
}

/** The keys whose values are encrypted. */
const SECRETS: Record<string, readonly string[]> = {
  kommo: ['token', 'oauth', 'webhook_secret'],
  customerio: ['api_key', 'signing_key', 'app_key'],
};

/** The connections of a valid stagepost.yaml in their stored form, without their rules. Variables are filled in. */
export function connectionForms(text: string, env: Environment): Map<string, ConnectionForm> {
  const { tree } = readTree(text, (value) => substitute(value, env), FILE_LIMITS);
  const connections = Object.entries(entriesOf(entriesOf(tree).connections));
  return new Map(connections.map(([name, connection]) => [name, formOf(entriesOf(connection))]));
}

function formOf(connection: Entries): ConnectionForm {
  const form: ConnectionForm = { settings: {}, secrets: {} };
  for (const [side, secretKeys] of Object.entries(SECRETS)) {
    const all = Object.entries(entriesOf(connection[side])).filter(([, value]) => value !== '');
    const isSecret = ([key]: [string, Tree]) => secretKeys.includes(key);
    form.settings[side] = Object.fromEntries(all.filter((entry) => !isSecret(entry)));
    form.secrets[side] = Object.fromEntries(all.filter(isSecret));
  }
  return form;
}

type StoredState = Pick<Extract<ConnectionOrigin, { kind: 'database' }>, 'pausedAt' | 'resumedAt'>;

export type StoredConnectionResult =
  | { ok: true; config: ConnectionConfig }
  | { ok: false; problems: ConfigProblem[] };

/** Reads a stored connection, whose rules are kept in the console. Pure, and never throws. */
export function loadStoredConnection(
  name: string,
  { settings, secrets }: ConnectionForm,
  state: StoredState = { pausedAt: null, resumedAt: null },
): StoredConnectionResult {
  const sides = Object.keys(SECRETS).map((side) => [
    side,
    { ...entriesOf(settings[side]), ...entriesOf(secrets[side]) },
  ]);
  const tree: Entries = { ...Object.fromEntries(sides), rules: 'console' };
  const problem = placeless(name);
  const ofAccess = kommoAccessProblems(tree, [], problem);
  const parsed = connectionSchema.safeParse(tree);
  if (parsed.success && ofAccess.length === 0) {
    const origin = { kind: 'database', ...state } as const;
    const config = { ...buildConnection(name, parsed.data, problem), origin, rulesText: () => '' };
    return { ok: true, config };
  }
  const found = problemsOfIssues(connectionSchema, parsed.error?.issues ?? [], tree, problem);
  return { ok: false, problems: shownProblems([...ofAccess, ...found]) };
}

/** New values of keys, by side; null removes a key. */
export type FormChange = Partial<Record<'kommo' | 'customerio', { [key: string]: Tree }>>;

/** A form with some of its keys changed. Whether the result is valid is for `loadStoredConnection` to say. */
export function changedForm(form: ConnectionForm, change: FormChange): ConnectionForm {
  const changed = structuredClone(form);
  for (const [side, values] of Object.entries(change)) {
    const secretKeys = SECRETS[side] ?? [];
    for (const [key, value] of Object.entries(values)) {
      const part = secretKeys.includes(key) ? changed.secrets : changed.settings;
      const { [key]: _, ...others } = entriesOf(part[side]);
      part[side] = value === null || value === '' ? others : { ...others, [key]: value };
    }
  }
  return changed;
}

/** What Kommo takes from a stored connection, which is read without its secrets; the default where it is not valid. */
export function requestsPerSecondOf(settings: Entries): number {
  const { requests_per_second } = connectionSchema.shape.kommo.shape;
  const { success, data } = requests_per_second.safeParse(entriesOf(settings.kommo).requests_per_second);
  return success ? data : requests_per_second.parse(undefined);
}

/** Problems of what stands in no file. */
function placeless(name: string): ProblemAt {
  return (path, message, hint) => ({
    ...{ message, path: formatKeyPath([name, ...path]), line: 0, column: 0 },
    ...(hint === undefined ? {} : { hint }),
  });
}

function entriesOf(tree: Tree | undefined): Entries {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : {};
}
