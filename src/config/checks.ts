import { CAMPAIGN_SETTINGS } from '../domain/campaign-settings.ts';
import { parsePath } from '../domain/rules/paths.ts';
import { isTemplate } from '../domain/rules/values.ts';
import { nearest } from '../lib/nearest.ts';
import { reportHint } from './kinds.ts';
import type { ConfigProblem, KeyPath, ProblemAt } from './problems.ts';
import { isSettingsReport, REPORT_NAMES } from './reports.ts';
import { RULE_KEYS } from './schema.ts';
import type { Tree } from './tree.ts';

/*
 * Mistakes that the schema of a single key does not find: names of keys, duplicates, references. These checks work on the
 * raw tree, so that they also run where the schema has found mistakes.
 */

export interface Findings {
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
}

interface Reporter {
  problem: ProblemAt;
  findings: Findings;
}

type Entries = { [key: string]: Tree };

/** Checks the whole configuration across its keys. */
export function checkTree(tree: Tree, problem: ProblemAt): Findings {
  const reporter: Reporter = { problem, findings: { problems: [], warnings: [] } };
  const connections = entriesOf(entriesOf(tree).connections);
  for (const [name, connection] of Object.entries(connections)) {
    checkConnection(name, entriesOf(connection), reporter);
  }
  const hasEmptyMap = isEntries(entriesOf(tree).connections) && Object.keys(connections).length === 0;
  if (hasEmptyMap) refuse(reporter, ['connections'], 'there is no connection');
  return reporter.findings;
}

function checkConnection(name: string, connection: Entries, reporter: Reporter): void {
  const path = ['connections', name];
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name)) {
    const hint = 'Use up to 63 small letters, digits, "-" and "_": it becomes part of the webhook URLs.';
    refuse(reporter, path, `"${name}" cannot be the name of a connection`, hint);
  }
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
  const attributes = entriesOf(entriesOf(rules.person).attributes);
  checkAttributeNames(attributes, [...path, 'person', 'attributes'], reporter);
  const events = checkStages(itemsOf(rules.stages), [...path, 'stages'], reporter);
  checkReactions(entriesOf(rules.reactions), [...path, 'reactions'], reporter);
  checkInactivity(itemsOf(rules.inactivity), events, [...path, 'inactivity'], reporter);
}

const isInConsole = ({ rules }: Entries) => typeof rules === 'string' && rules.trim() === 'console';

/**
 * Takes the rules out of those connections whose rules are kept in the console.
 * @returns a problem for each key that was there
 */
export function takeLeftRules(tree: Tree, problem: ProblemAt): ConfigProblem[] {
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

/** Attributes that identify a person (Track API): set by a rule, they would split or merge people. */
const IDENTITY = ['id', 'cio_id', 'anonymous_id', '_timestamp', '_update', 'cio_relationships'];

function checkAttributeNames(attributes: Entries, path: KeyPath, reporter: Reporter): void {
  const names = Object.keys(attributes);
  for (const name of names) {
    const place = [...path, name];
    if (name === 'email') {
      refuse(reporter, place, 'the email is sent by itself', 'Remove this line.');
    } else if (IDENTITY.includes(name)) {
      refuse(reporter, place, `"${name}" has a meaning of its own in Customer.io`, 'Choose another name.');
    } else checkNameLength(name, place, reporter);
  }
  // Track API: 300 attributes in one call; the email may be one of them.
  if (names.length > 299)
    refuse(reporter, path, `${names.length} attributes are too many: Customer.io takes 299`);
}

function checkNameLength(name: string, path: KeyPath, reporter: Reporter): void {
  const bytes = Buffer.byteLength(name);
  if (name.trim() === '') refuse(reporter, path, 'the name is empty');
  if (bytes > 150) refuse(reporter, path, `the name is too long: ${bytes} bytes, and Customer.io takes 150`);
}

/** @returns the events of all stages */
function checkStages(stages: Tree[], path: KeyPath, reporter: Reporter): Set<string> {
  const seen = new Map<string, KeyPath>();
  const events = new Set<string>();
  for (const [index, item] of stages.entries()) {
    const { pipeline, stage, event, data, tags } = entriesOf(item);
    if (typeof event === 'string') events.add(event.trim());
    checkDataNames(entriesOf(data), [...path, index, 'data'], reporter);
    checkTags(tags, [...path, index, 'tags'], reporter);
    if (typeof pipeline !== 'string' || typeof stage !== 'string') continue;
    const key = JSON.stringify([pipeline, stage].map((name) => name.trim().toLowerCase()));
    const first = seen.get(key);
    if (first) refuse(reporter, [...path, index], ...secondRule(reporter.problem(first, '').line));
    else seen.set(key, [...path, index]);
  }
  return events;
}

/** Message and hint for a second rule of a stage. @param line of the first one */
export function secondRule(line: number): [string, string] {
  return [
    `the stage has a rule already, in line ${line}`,
    'A stage sends one event. Remove one of the rules.',
  ];
}

function checkDataNames(data: Entries, path: KeyPath, reporter: Reporter): void {
  for (const name of Object.keys(data)) {
    const place = [...path, name];
    checkNameLength(name, place, reporter);
    if (!CAMPAIGN_SETTINGS.has(name)) continue;
    const message = `"${name}" changes where Customer.io sends emails, so it is sent as "_${name}"`;
    warn(reporter, place, message, 'Choose another name.');
  }
}

function checkReactions(reactions: Entries, path: KeyPath, reporter: Reporter): void {
  for (const [name, reaction] of Object.entries(reactions)) {
    const place = [...path, name];
    if (!REPORT_NAMES.includes(name)) {
      refuse(reporter, place, `Customer.io has no report "${name}"`, reportHint(name));
      continue;
    }
    const keys = entriesOf(reaction);
    if (!keys.note && !keys.task && !keys.field && !keys.tags)
      warn(reporter, place, 'this reaction does nothing');
    if (keys.machine_opens && !/_(?:opened|clicked)$/.test(name)) {
      warn(
        reporter,
        [...place, 'machine_opens'],
        "only opens and clicks can be a machine's, so this changes nothing",
      );
    }
    if (keys.repeat === 'first' && isSettingsReport(name)) {
      warn(reporter, [...place, 'repeat'], 'this report is not about a message, so every one counts');
    }
    checkFieldTexts(entriesOf(keys.field), [...place, 'field'], reporter);
    checkTags(keys.tags, [...place, 'tags'], reporter);
  }
}

/** Fields are set to a text. A value path there is most likely a mistake: it would be written as it stands. */
function checkFieldTexts(fields: Entries, path: KeyPath, reporter: Reporter): void {
  for (const [name, text] of Object.entries(fields)) {
    if (name.trim() === '') refuse(reporter, [...path, name], 'the name of the field is empty');
    if (typeof text !== 'string' || isTemplate(text) || 'problem' in parsePath(text)) continue;
    const message = `this sets the field to the word "${text}"`;
    warn(reporter, [...path, name], message, `For the value write '{{ ${text} }}'.`, 'value');
  }
}

/** Kommo does not say whether it tells upper from lower case in tags, so nobody may rely on it. */
function checkTags(tags: Tree | undefined, path: KeyPath, reporter: Reporter): void {
  if (!isEntries(tags)) return;
  const { add, remove } = tags;
  if (Object.keys(tags).length === 0) {
    refuse(reporter, path, 'names no tag', 'Write { add: [a tag] }, { remove: [a tag] } or both.');
    return;
  }
  const added = new Set(textsOf(add).map(folded));
  for (const [index, name] of textsOf(remove).entries()) {
    if (!added.has(folded(name))) continue;
    refuse(
      reporter,
      [...path, 'remove', index],
      `the tag "${name}" is both added and removed`,
      'Remove one of the two.',
      'value',
    );
  }
}

const folded = (name: string) => name.trim().toLowerCase();

/** The items of a list, those empty that are no texts. */
function textsOf(tree: Tree | undefined): string[] {
  return itemsOf(tree).map((item) => (typeof item === 'string' ? item : ''));
}

function checkInactivity(rules: Tree[], events: Set<string>, path: KeyPath, reporter: Reporter): void {
  const seen = new Map<string, KeyPath>();
  for (const [index, item] of rules.entries()) {
    const start = entriesOf(item).start;
    if (typeof start !== 'string') continue;
    const place = [...path, index, 'start'];
    const first = seen.get(start.trim());
    if (first) {
      const message = `"${start}" starts a clock already, in line ${reporter.problem(first, '').line}`;
      refuse(reporter, place, message, 'An event starts one clock. Remove one of the rules.', 'value');
    } else seen.set(start.trim(), place);
    if (events.has(start.trim())) continue;
    refuse(
      reporter,
      place,
      `no rule of stages sends the event "${start}"`,
      eventHint(start, events),
      'value',
    );
  }
}

function eventHint(start: string, events: Set<string>): string {
  if (events.size === 0) return 'There are no stages yet.';
  const near = nearest(start, events);
  return near ? `Did you mean "${near}"?` : `The events are ${[...events].join(', ')}.`;
}

type At = 'key' | 'value';

function refuse(reporter: Reporter, path: KeyPath, message: string, hint?: string, at: At = 'key'): void {
  reporter.findings.problems.push(reporter.problem(path, message, hint, at));
}

function warn(reporter: Reporter, path: KeyPath, message: string, hint?: string, at: At = 'key'): void {
  reporter.findings.warnings.push(reporter.problem(path, message, hint, at));
}

function isEntries(tree: Tree | undefined): tree is Entries {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

function entriesOf(tree: Tree | undefined): Entries {
  return isEntries(tree) ? tree : {};
}

function itemsOf(tree: Tree | undefined): Tree[] {
  return Array.isArray(tree) ? tree : [];
}
