import { Document, isAlias, isMap, isScalar, type Node, type Pair, visit, YAMLMap } from 'yaml';
import { readRulesTree } from './load-rules.ts';
import { RULE_KEYS } from './schema.ts';
import { readTree, type Tree } from './tree.ts';
import { asWritten } from './variables.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/**
 * The rules' part of one connection of a stagepost.yaml as a document of its own: its lines with their comments, moved
 * to the left. Null where the file is not valid YAML or has no such connection.
 */
export function extractRules(text: string, connection: string): string | null {
  const wanted = wantedTree(text, connection);
  if (wanted === null) return null;
  const file = parseYaml(text);
  const map = connectionMap(file, connection);
  if (!map) return null;
  const lines = map.flow ? null : cutLines(text, map);
  // A connection in braces, or an alias of something outside: then it is written anew.
  if (lines !== null && isSame(lines, wanted)) return lines;
  return writeAnew(file, map);
}

/** The same, for a connection that is known to be in the file. */
export function rulesTextOf(text: string, connection: string): string {
  return extractRules(text, connection) ?? '';
}

/** Whether a text is a whole stagepost.yaml and not rules alone. */
export function isWholeFile(text: string): boolean {
  const { tree } = readTree(text, asWritten);
  return typeof tree === 'object' && tree !== null && Object.hasOwn(tree, 'connections');
}

/** The names of the connections of a stagepost.yaml. */
export function connectionsIn(text: string): string[] {
  return Object.keys(entries(entries(readTree(text, asWritten).tree).connections));
}

function wantedTree(text: string, connection: string): { [key: string]: Tree } | null {
  const { tree, problems } = readTree(text, asWritten);
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
    return isMap(map) ? follow(map.items.find((pair) => keyOf(pair) === key)?.value) : null;
  };
  const found = below(below(file.root, 'connections'), connection);
  return isMap(found) ? found : null;
}

function keyOf({ key }: Pair): string | null {
  return isScalar(key) ? String(key.value) : null;
}

/** The lines of the rules' keys and the comments above each of them. */
function cutLines(text: string, map: YAMLMap): string {
  const starts = lineStarts(text);
  const lineAt = (offset: number) => starts.findLastIndex((start) => start <= offset);
  const lines = starts.map((start, index) => text.slice(start, starts[index + 1] ?? text.length));
  const pairs = map.items as Pair<Node, Node | null>[];
  const indent = pairs.length > 0 ? pairs[0]!.key.range![0] - starts[lineAt(pairs[0]!.key.range![0])]! : 0;
  const isNote = (line: string) => /^\s*(?:#|$)/.test(line);
  const cut: string[] = [];
  let free = pairs.length > 0 ? lineAt(pairs[0]!.key.range![0]) : 0;
  while (free > 0 && isNote(lines[free - 1]!)) free -= 1;
  for (const [index, pair] of pairs.entries()) {
    const next = pairs[index + 1];
    const ends = lineAt(Math.max(0, (pair.value?.range?.[1] ?? pair.key.range![1]) - 1)) + 1;
    const last = next ? ends : ends + notesBelow(lines.slice(ends), indent);
    if (RULE_KEYS.includes(keyOf(pair) ?? '')) cut.push(...lines.slice(free, last));
    free = last;
  }
  while (cut.length > 0 && cut[0]!.trim() === '') cut.shift();
  const moved = cut.map((line) => line.slice(Math.min(indent, /^ */.exec(line)![0].length))).join('');
  return moved === '' || moved.endsWith('\n') ? moved : `${moved}\n`;
}

/** How many of these lines are comments that still belong to the keys of this indentation. */
function notesBelow(lines: string[], indent: number): number {
  let count = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    if (!line.trimStart().startsWith('#') || line.search(/\S/) < indent) break;
    count = index + 1;
  }
  return count;
}

function lineStarts(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)].filter(
    (start) => start < text.length,
  );
}

function isSame(text: string, wanted: { [key: string]: Tree }): boolean {
  return JSON.stringify(readRulesTree(text)) === JSON.stringify(wanted);
}

function writeAnew(file: YamlFile, map: YAMLMap): string {
  const rules = new YAMLMap();
  rules.items = map.items.filter((pair) => RULE_KEYS.includes(keyOf(pair) ?? ''));
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
