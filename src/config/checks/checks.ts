import type { Finding, KeyPath, ProblemAt } from '../problems.ts';
import { RULE_KEYS } from '../schema.ts';
import type { Tree } from '../tree.ts';
import { checkAlerts } from './alerts.ts';
import { checkInactivity } from './inactivity.ts';
import { kommoAccessProblems } from './kommo-access.ts';
import { checkPerson } from './person.ts';
import { checkReactions } from './reactions.ts';
import { type Entries, entriesOf, type Findings, itemsOf, type Reporter, refuse, warn } from './reporter.ts';
import { checkStages } from './stages.ts';

/*
 * Mistakes that the schema of a single key does not find: names of keys, duplicates, references. These checks work on the
 * raw tree, so that they also run where the schema has found mistakes.
 */

/** Checks the whole configuration across its keys. */
export function checkTree(tree: Tree, problem: ProblemAt): Findings {
  const reporter: Reporter = { problem, findings: { problems: [], warnings: [] } };
  const connections = entriesOf(entriesOf(tree).connections);
  for (const [name, connection] of Object.entries(connections)) {
    checkConnection(name, entriesOf(connection), reporter);
  }
  checkAccounts(connections, reporter);
  checkAlerts(entriesOf(entriesOf(tree).alerts), Object.keys(connections), reporter);
  return reporter.findings;
}

/** Two connections with one Kommo account: both get every change of it. */
function checkAccounts(connections: Entries, reporter: Reporter): void {
  const seen = new Map<string, string>();
  for (const [name, connection] of Object.entries(connections)) {
    const { url } = entriesOf(entriesOf(connection).kommo);
    if (typeof url !== 'string' || !URL.canParse(url)) continue;
    const account = new URL(url).host;
    const first = seen.get(account);
    if (first === undefined) seen.set(account, name);
    else
      warn(
        reporter,
        ['connections', name, 'kommo', 'url'],
        `the connection "${first}" has the same Kommo account: both do what their rules say for every stage change`,
        'If that is not meant, correct the address or remove one of them.',
      );
  }
}

function checkConnection(name: string, connection: Entries, reporter: Reporter): void {
  const path = ['connections', name];
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    const hint = 'Use up to 63 small letters, digits, "-" and "_": it becomes part of the webhook URLs.';
    refuse(reporter, path, `"${name}" cannot be the name of a connection`, hint);
  }
  reporter.findings.problems.push(...kommoAccessProblems(connection, path, reporter.problem));
  checkParts(connection, path, reporter);
  const isIdle = connection.stages === undefined && connection.reactions === undefined;
  if (isIdle && !isInConsole(connection))
    warn(reporter, path, 'this connection has neither stages nor reactions, so it does nothing');
}

/** Checks rules alone, across their keys. */
export function checkRules(tree: Tree, problem: ProblemAt): Findings {
  const reporter: Reporter = { problem, findings: { problems: [], warnings: [] } };
  const rules = entriesOf(tree);
  checkParts(rules, [], reporter);
  if (rules.stages === undefined && rules.reactions === undefined)
    warn(reporter, [], 'there are neither stages nor reactions, so these rules do nothing');
  return reporter.findings;
}

function checkParts(rules: Entries, path: KeyPath, reporter: Reporter): void {
  checkPerson(entriesOf(rules.person), [...path, 'person'], reporter);
  const events = checkStages(itemsOf(rules.stages), [...path, 'stages'], reporter);
  checkReactions(entriesOf(rules.reactions), [...path, 'reactions'], reporter);
  checkInactivity(itemsOf(rules.inactivity), events, [...path, 'inactivity'], reporter);
}

const isInConsole = ({ rules }: Entries) => typeof rules === 'string' && rules.trim() === 'console';

/**
 * Takes the rules out of those connections whose rules are kept in the console.
 * @returns a problem for each key that was there
 */
export function takeLeftRules(tree: Tree, problem: ProblemAt): Finding[] {
  return Object.entries(entriesOf(entriesOf(tree).connections)).flatMap(([name, connection]) => {
    const entries = entriesOf(connection);
    if (!isInConsole(entries)) return [];
    return RULE_KEYS.filter((key) => Object.hasOwn(entries, key)).map((key) => {
      delete entries[key];
      const message = `the rules are kept in the console, so "${key}" cannot stand here`;
      const hint = `Bring it there with: stagepost config apply stagepost.yaml --connection ${name}. Then remove it here.`;
      return problem(['connections', name, key], message, hint, 'key');
    });
  });
}
