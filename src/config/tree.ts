import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Locations } from './locations.ts';
import type { ConfigProblem, KeyPath } from './problems.ts';
import type { Filling, UsedVariable } from './variables.ts';
import { TEMPLATE_IN_QUOTES } from './yaml-errors.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** The configuration as plain data. Every scalar is a text: what it stands for depends on its key. */
export type Tree = string | null | Tree[] | { [key: string]: Tree };

export interface TreeResult {
  /** Undefined where the file is no YAML. */
  tree: Tree | undefined;
  locations: Locations;
  problems: ConfigProblem[];
  warnings: ConfigProblem[];
  /** By path: the variables whose values went into this text, and how the file writes it. */
  substituted: Map<string, { raw: string; used: UsedVariable[] }>;
}

const IN_QUOTES: [string, string?] = [TEMPLATE_IN_QUOTES.message, TEMPLATE_IN_QUOTES.hint];

/** An alias repeats what it points to. A few kilobytes of nested ones could fill the memory. */
const MAX_VALUES = 250_000;

/** Reads YAML into a tree. `fill` puts variables into the texts after parsing, so that none adds a key. */
export function readTree(text: string, fill: Filling): TreeResult {
  const file = parseYaml(text);
  const result: TreeResult = {
    tree: undefined,
    locations: file.locations,
    problems: file.problems,
    warnings: [],
    substituted: new Map(),
  };
  if (file.problems.length === 0) result.tree = createWalk(file, fill, result).value(file.root, []);
  return result;
}

function createWalk(file: YamlFile, fill: Filling, result: TreeResult) {
  const open = new Set<Node>();
  let values = 0;
  const { locations } = file;

  function report(path: KeyPath, message: string, hint?: string, at?: 'key' | 'value'): void {
    result.problems.push(locations.problem(path, message, hint, at));
  }

  function value(node: Node | null | undefined, path: KeyPath): Tree {
    if (!node) return null;
    // The place of an alias is where it is used; what is inside it stands where it was written.
    locations.set(path, 'value', file.positionOf(node));
    values += 1;
    if (values === MAX_VALUES + 1) report(path, 'the file is too big once its aliases are filled in');
    if (values > MAX_VALUES) return null;
    if (isAlias(node)) return alias(node, path);
    if (isScalar(node)) return scalar(node, path);
    return isMap(node) ? map(node, path) : isSeq(node) ? list(node, path) : null;
  }

  function alias(node: Alias, path: KeyPath): Tree {
    const target = file.targets.get(node);
    if (target && !open.has(target)) {
      const position = locations.find(path);
      const tree = value(target, path);
      locations.set(path, 'value', position);
      return tree;
    }
    if (target) report(path, `the alias *${node.source} contains itself`);
    else report(path, `there is no &${node.source} above this alias`, `Write &${node.source} before it.`);
    return null;
  }

  function scalar(node: Node & { value: unknown; source?: string; type?: string }, path: KeyPath): Tree {
    const raw = String(node.value ?? '');
    if (node.type === 'PLAIN' && /^(?:|~|null)$/i.test(raw)) return null;
    const { text, used, faults } = fill(raw);
    for (const fault of faults) report(path, fault.message, fault.hint);
    if (used.length > 0) result.substituted.set(locations.problem(path, '').path, { raw, used });
    return text;
  }

  function list(node: YAMLSeq, path: KeyPath): Tree {
    open.add(node);
    const items = node.items.map((item, index) => value(item as Node, [...path, index]));
    open.delete(node);
    return items;
  }

  function map(node: YAMLMap, path: KeyPath): Tree {
    open.add(node);
    const entries: { [key: string]: Tree } = {};
    for (const pair of node.items) {
      const key = pair.key as Node | null;
      const name = isScalar(key) ? String(key.value ?? '') : null;
      const place = name === null ? path : [...path, name];
      const fault = isMap(key) ? IN_QUOTES : keyFault(name, entries, place);
      if (!fault) locations.set(place, 'key', file.positionOf(key!));
      if (fault) result.problems.push({ ...locations.problem(place, ...fault), ...file.positionOf(key) });
      else set(entries, name!, value(pair.value as Node | null, place), place);
    }
    open.delete(node);
    return entries;
  }

  function keyFault(name: string | null, entries: object, path: KeyPath): [string, string?] | null {
    if (name === null) return ['a key must be a plain word'];
    if (Object.hasOwn(entries, name)) {
      const line = locations.find(path, 'key').line;
      return [`the key "${name}" stands here twice`, `The first one is in line ${line}. Remove one of them.`];
    }
    if (name === '<<')
      return ['merge keys (<<) are not supported', 'Repeat a whole value with *name instead.'];
    if (name === '__proto__') return ['"__proto__" cannot be a key'];
    return name.includes('${') ? ['variables are put into values only, not into keys'] : null;
  }

  function set(entries: { [key: string]: Tree }, name: string, found: Tree, path: KeyPath): void {
    if (found !== null) entries[name] = found;
    else {
      const message = 'there is nothing behind this key, so it counts as left out';
      result.warnings.push(locations.problem(path, message, undefined, 'key'));
    }
  }

  return { value };
}
