import { Document } from 'yaml';
import { FILE_LIMITS } from './limits.ts';
import { readRulesTree } from './load-rules.ts';
import type { ConnectionForm } from './stored-connection.ts';
import { readTree, type Tree } from './tree.ts';
import { asWritten } from './variables.ts';

/** A connection as files: what `serve --config` and `connections import` read. */
export interface ConnectionFiles {
  /** The text of stagepost.yaml, with variables in the place of secrets. */
  yaml: string;
  /** The secrets by the names of their variables. */
  secrets: ReadonlyMap<string, string>;
}

/**
 * Writes a connection of the database as a stagepost.yaml of its own. The rules are taken over as they are written, with their
 * comments, where indenting them does not change them.
 * @param rules the published text; empty: none are published
 */
export function connectionFiles(name: string, form: ConnectionForm, rules: string): ConnectionFiles {
  const secrets = new Map<string, string>();
  const sides = ['kommo', 'customerio'].map((side) => sideLines(name, side, form, secrets));
  const head = [HEADER, 'connections:', `  ${quoted(name)}:`, ...sides.flat(), ''].join('\n');
  const wanted = JSON.stringify(readRulesTree(rules));
  for (const text of [rules, () => writtenAnew(rules)]) {
    const yaml = `${head}${indented(typeof text === 'string' ? text : text())}`;
    if (rulesIn(yaml, name) === wanted) return { yaml, secrets };
  }
  throw new Error(`The rules of ${name} cannot be written into a configuration.`);
}

const HEADER = `# Exported from the database of Stagepost. The secrets are in stagepost.env next to this file, which is read by itself.
# stagepost connections import --config FILE brings it back into a database; stagepost serve --config FILE runs it as it is.`;

function sideLines(
  name: string,
  side: string,
  { settings, secrets }: ConnectionForm,
  variables: Map<string, string>,
): string[] {
  const prefix = `${name}_${side}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  const lines = [
    ...Object.entries(entriesOf(settings[side])).map(([key, value]) => [key, written(value)]),
    ...Object.entries(entriesOf(secrets[side])).map(([key, value]) => [
      key,
      withVariables(value, `${prefix}_${key.toUpperCase()}`, variables),
    ]),
  ].flatMap(([key, value]) => (value === null ? [] : [`      ${key}: ${value}`]));
  return [`    ${side}:`, ...lines];
}

function written(value: Tree): string | null {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return quoted(value.replaceAll('${', '$${'));
  if (Array.isArray(value)) return `[${value.flatMap((item) => written(item) ?? []).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${quoted(key)}: ${written(item) ?? '""'}`);
  return `{ ${entries.join(', ')} }`;
}

/** Each text becomes a variable; several get numbers. */
function withVariables(value: Tree, name: string, variables: Map<string, string>): string | null {
  if (value === null || value === '') return null;
  if (typeof value === 'string') {
    const variable = /^\d/.test(name) ? `_${name}` : name;
    variables.set(variable, value);
    return `"\${${variable}}"`;
  }
  if (Array.isArray(value))
    return `[${value.flatMap((item, index) => withVariables(item, `${name}_${index + 1}`, variables) ?? []).join(', ')}]`;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const text = withVariables(item, `${name}_${key.toUpperCase()}`, variables);
    return text === null ? [] : [`${key}: ${text}`];
  });
  return `{ ${entries.join(', ')} }`;
}

/** What is plain in YAML without doubt stays plain. */
function quoted(text: string): string {
  return /^(?:[a-z][a-z0-9_-]*|\d+|https?:\/\/[a-z0-9.:/-]*[a-z0-9])$/i.test(text)
    ? text
    : JSON.stringify(text);
}

/** Four columns to the right. An empty line stays empty. */
function indented(rules: string): string {
  const text = rules.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const lines = text.replace(/^(?=[^\n])/gm, '    ');
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
}

/** The rules without comments, where they cannot be indented: in braces, or as a document with markers. */
function writtenAnew(rules: string): string {
  const tree = readRulesTree(rules) ?? {};
  if (Object.keys(tree).length === 0) return '';
  const document = new Document(tree, { schema: 'failsafe', aliasDuplicateObjects: false });
  return document.toString({ lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' });
}

/** The rules that a file gives a connection, as they are written; null where it cannot be read. */
function rulesIn(yaml: string, name: string): string | null {
  const { tree, problems } = readTree(yaml, asWritten, FILE_LIMITS);
  if (problems.length > 0) return null;
  const { kommo, customerio, ...rules } = entriesOf(entriesOf(entriesOf(tree).connections)[name]);
  return JSON.stringify(rules);
}

function entriesOf(tree: Tree | undefined): { [key: string]: Tree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : {};
}
