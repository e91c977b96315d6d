import { Document, isAlias, isMap, visit, YAMLMap } from 'yaml';
import { FILE_LIMITS } from '../limits.ts';
import { readRulesTree } from '../load-rules.ts';
import { RULE_KEYS } from '../schema.ts';
import { readTree, type Tree } from '../tree.ts';
import { asWritten } from '../variables.ts';
import { parseYaml, type YamlFile } from '../yaml-file.ts';
import { nameOf, sectionsOf } from './sections.ts';

/**
 * The rules' part of one connection of a stagepost.yaml as a document of its own: its lines with their comments, moved
 * to the left. Null where the file is not valid YAML or has no such connection.
 */
export function extractRules(text: string, connection: string): string | null {
  const wanted = wantedTree(text, connection);
  if (wanted === null) return null;
  const file = parseYaml(text, FILE_LIMITS);
  const map = connectionMap(file, connection);
  if (!map) return null;
  const lines = cutLines(text, map);
  // A connection in braces, or with an alias to another part of the file, is serialised again.
  if (lines !== null && isSame(lines, wanted)) return lines;
  return writeAnew(file, map);
}

/** The same, for a connection that is known to be in the file. */
export function rulesTextOf(text: string, connection: string): string {
  return extractRules(text, connection) ?? '';
}

/** Whether a text is a whole stagepost.yaml and not rules alone. */
export function isWholeFile(text: string): boolean {
  const { tree } = readTree(text, asWritten, FILE_LIMITS);
  return typeof tree === 'object' && tree !== null && Object.hasOwn(tree, 'connections');
}

/** The names of the connections of a stagepost.yaml. */
export function connectionsIn(text: string): string[] {
  return Object.keys(entries(entries(readTree(text, asWritten, FILE_LIMITS).tree).connections));
}

function wantedTree(text: string, connection: string): { [key: string]: Tree } | null {
  const { tree, problems } = readTree(text, asWritten, FILE_LIMITS);
  const connections = entries(entries(tree).connections);
  if (problems.length > 0) return null;
  if (!Object.hasOwn(connections, connection)) return null;
  const all = Object.entries(entries(connections[connection]));
  return Object.fromEntries(all.filter(([key]) => RULE_KEYS.includes(key)));
}

function entries(tree: Tree | undefined): { [key: string]: Tree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? tree : {};
}

function connectionMap(file: YamlFile, connection: string): YAMLMap | null {
  const follow = (node: unknown): unknown => (isAlias(node) ? follow(file.targets.get(node)) : node);
  const below = (node: unknown, key: string): unknown => {
    const map = follow(node);
    return isMap(map) ? follow(map.items.find((pair) => nameOf(pair.key) === key)?.value) : null;
  };
  const found = below(below(file.root, 'connections'), connection);
  return isMap(found) ? found : null;
}

/** The lines of the rules' keys with the comments above each of them. Null where a key shares a line with another one. */
function cutLines(text: string, map: YAMLMap): string | null {
  const found = sectionsOf(text, map);
  if (!found) return null;
  const { sections, indent } = found;
  const cut = sections
    .filter(({ key }) => RULE_KEYS.includes(key))
    .map(({ start, end }) => text.slice(start, end))
    .join('')
    .replace(/^(?:[^\S\n]*\n)+/, '');
  const moved = cut.replace(new RegExp(`^ {0,${indent}}`, 'gm'), '');
  return moved === '' || moved.endsWith('\n') ? moved : `${moved}\n`;
}

function isSame(text: string, wanted: { [key: string]: Tree }): boolean {
  return JSON.stringify(readRulesTree(text)) === JSON.stringify(wanted);
}

function writeAnew(file: YamlFile, map: YAMLMap): string {
  const rules = new YAMLMap();
  rules.items = map.items.filter((pair) => RULE_KEYS.includes(nameOf(pair.key)));
  visit(rules, { Alias: (_key, alias) => file.targets.get(alias) });
  visit(rules, {
    Node: (_key, node) => {
      if ('anchor' in node) delete node.anchor;
    },
  });
  const document = new Document(undefined, { schema: 'failsafe' });
  document.contents = rules as typeof document.contents;
  return document.toString({ lineWidth: 0 });
}
