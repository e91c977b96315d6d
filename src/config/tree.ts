import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { MAX_DEPTH, MAX_KEY_LENGTH, type ReadLimits } from './limits.ts';
import type { Locations } from './locations.ts';
import type { Finding, KeyPath } from './problems.ts';
import type { Filling, UsedVariable } from './variables.ts';
import { TEMPLATE_IN_QUOTES } from './yaml-errors.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** The configuration as plain data. Every scalar is a text, whose type depends on its key. */
export type Tree = string | null | Tree[] | { [key: string]: Tree };

export interface TreeResult {
  /** Undefined where the file is not valid YAML. */
  tree: Tree | undefined;
  locations: Locations;
  problems: Finding[];
  warnings: Finding[];
  /** By path: the variables whose values went into this text, and how the file writes it. */
  substituted: Map<string, { raw: string; used: UsedVariable[] }>;
}

type Entries = { [key: string]: Tree };
/** A key with its value, as the parser gives it. */
type Pair = { key: Node | null; value: Node | null };

const LEFT_OUT = 'there is nothing behind this key, so it counts as left out';
const TOO_BIG = 'the file is too big once its aliases are filled in';
const TOO_LONG: [string, string?] = [`a key may have at most ${MAX_KEY_LENGTH} characters`];
const IN_QUOTES: [string, string?] = [TEMPLATE_IN_QUOTES.message, TEMPLATE_IN_QUOTES.hint];

/** Reads YAML into a tree. `fill` inserts variables into the texts after parsing, so that their values cannot add keys. */
export function readTree(text: string, fill: Filling, limits: ReadLimits): TreeResult {
  const file = parseYaml(text, limits);
  const result: TreeResult = {
    tree: undefined,
    locations: file.locations,
    problems: file.problems,
    warnings: [],
    substituted: new Map(),
  };
  if (file.problems.length === 0)
    result.tree = new TreeReader(file, fill, limits, result).read(file.root, []);
  return result;
}

/** Reads the nodes of a file one by one, and adds what it finds to a result. */
class TreeReader {
  readonly #file: YamlFile;
  readonly #fill: Filling;
  readonly #limits: ReadLimits;
  readonly #result: TreeResult;
  /** The lists and maps that are being read: an alias of one of them contains itself. */
  readonly #open = new Set<Node>();
  #values = 0;
  #characters = 0;
  /** A limit was exceeded: nothing more is read. */
  #isFull = false;

  constructor(file: YamlFile, fill: Filling, limits: ReadLimits, result: TreeResult) {
    this.#file = file;
    this.#fill = fill;
    this.#limits = limits;
    this.#result = result;
  }

  read(node: Node | null | undefined, path: KeyPath): Tree {
    if (!node || this.#isFull) return null;
    // An alias has the position of its use; the values of its target have the positions of their definition.
    this.#file.locations.set(path, 'value', offsetOf(node));
    this.#values += 1;
    if (this.#values > this.#limits.values) return this.#stop(path, TOO_BIG);
    if (path.length > MAX_DEPTH) return this.#stop(path, 'the file is nested too deeply');
    if (isAlias(node)) return this.#readAlias(node, path);
    if (isScalar(node)) return this.#readScalar(node, path);
    return isMap(node) ? this.#readMap(node, path) : isSeq(node) ? this.#readList(node, path) : null;
  }

  #readAlias(node: Alias, path: KeyPath): Tree {
    const { locations, targets } = this.#file;
    const target = targets.get(node);
    if (target && !this.#open.has(target)) {
      const tree = this.read(target, path);
      locations.set(path, 'value', offsetOf(node));
      return tree;
    }
    if (target) this.#report(path, `the alias *${node.source} contains itself`);
    else
      this.#report(path, `there is no &${node.source} above this alias`, `Write &${node.source} before it.`);
    return null;
  }

  #readScalar(node: Node & { value: unknown; source?: string; type?: string }, path: KeyPath): Tree {
    const raw = String(node.value ?? '');
    this.#characters += raw.length;
    if (this.#characters > this.#limits.expandedCharacters) return this.#stop(path, TOO_BIG);
    if (node.type === 'PLAIN' && /^(?:|~|null)$/i.test(raw)) return null;
    const { text, used, faults } = this.#fill(raw);
    for (const fault of faults) this.#report(path, fault.message, fault.hint);
    if (used.length > 0)
      this.#result.substituted.set(this.#file.locations.problem(path, '').path, { raw, used });
    return text;
  }

  #readList(node: YAMLSeq, path: KeyPath): Tree {
    this.#open.add(node);
    const items: Tree[] = [];
    for (const [index, item] of node.items.entries()) {
      if (this.#isFull) break;
      items.push(this.read(item as Node, [...path, index]));
    }
    this.#open.delete(node);
    return items;
  }

  #readMap(node: YAMLMap, path: KeyPath): Tree {
    this.#open.add(node);
    const entries: Entries = {};
    for (const pair of node.items) {
      if (this.#isFull) break;
      this.#readPair(pair as Pair, entries, path);
    }
    this.#open.delete(node);
    return entries;
  }

  #readPair({ key, value }: Pair, entries: Entries, parent: KeyPath): void {
    const { locations } = this.#file;
    const name = isScalar(key) ? String(key.value ?? '') : null;
    const isLong = name !== null && name.length > MAX_KEY_LENGTH;
    const path = name === null || isLong ? parent : [...parent, name];
    const fault = isMap(key) ? IN_QUOTES : isLong ? TOO_LONG : this.#faultOfKey(name, entries, path);
    if (fault) {
      this.#result.problems.push({ ...locations.problem(path, ...fault), ...this.#file.positionOf(key) });
      return;
    }
    locations.set(path, 'key', offsetOf(key));
    const tree = this.read(value, path);
    if (tree !== null) entries[name!] = tree;
    else if (!this.#isFull) this.#result.warnings.push(locations.problem(path, LEFT_OUT, undefined, 'key'));
  }

  /** @returns message and hint */
  #faultOfKey(name: string | null, entries: Entries, path: KeyPath): [string, string?] | null {
    if (name === null) return ['a key must be a plain word'];
    if (Object.hasOwn(entries, name)) {
      const { line } = this.#file.locations.find(path, 'key');
      return [`the key "${name}" stands here twice`, `The first one is in line ${line}. Remove one of them.`];
    }
    if (name === '<<')
      return ['merge keys (<<) are not supported', 'Repeat a whole value with *name instead.'];
    if (name === '__proto__') return ['"__proto__" cannot be a key'];
    return name.includes('${') ? ['variables are put into values only, not into keys'] : null;
  }

  #stop(path: KeyPath, message: string): null {
    this.#report(path, message);
    this.#isFull = true;
    return null;
  }

  #report(path: KeyPath, message: string, hint?: string): void {
    this.#result.problems.push(this.#file.locations.problem(path, message, hint));
  }
}

const offsetOf = (node: Node | null) => node?.range?.[0] ?? 0;
