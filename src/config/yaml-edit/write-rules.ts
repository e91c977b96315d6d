import {
  Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { RULES_LIMITS } from '../limits.ts';
import { readRulesTree } from '../load-rules.ts';
import { readTree, type Tree } from '../tree.ts';
import { asWritten } from '../variables.ts';
import { nameOf } from './sections.ts';
import { spliceRules, subjectOf, subjectOfNode } from './splice-rules.ts';

type Entries = { [key: string]: Tree };

const OPTIONS = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false } as const;

/**
 * Writes rules into a text: unchanged parts keep their bytes, with comments, quotes and order; changed parts are replaced.
 * A text that is not valid YAML, or not a map of keys, is replaced as a whole.
 *
 * The YAML library alone keeps comments, but not quotes, spaces and line breaks, and a person who changes one value in
 * the console would see a diff of the whole file. So splice-rules.ts puts only the changed lines into the old text; the
 * test "keep every byte of what they do not change" in rules-document.test.ts holds that. Where it cannot, the library
 * writes the text.
 *
 * @returns null where the values cannot be written as YAML
 */
export function writeRules(text: string, wanted: Entries): string | null {
  if (isSame(text, wanted)) return text;
  const isRight = readTree(text, asWritten, RULES_LIMITS).problems.length === 0;
  const ways = isRight ? [spliced, edited, editedWithoutAliases, anew] : [anew];
  for (const way of ways) {
    const written = way(text, wanted);
    if (written !== null && isSame(written, wanted)) return written;
  }
  return null;
}

/** Compares values. The order of lists matters, that of keys does not. */
function isSame(text: string, wanted: Entries): boolean {
  const found = readRulesTree(text);
  return found !== null && canonical(found) === canonical(wanted);
}

function canonical(tree: Tree): string {
  return JSON.stringify(tree, (_key, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function spliced(text: string, wanted: Entries): string | null {
  const whole = edited(text, wanted);
  return whole && spliceRules(text, whole, wanted);
}

function edited(text: string, wanted: Entries): string | null {
  const document = parse(text);
  return document && editedDocument(document, wanted);
}

/** Replaces aliases by copies of their targets, or a change of one use would change all others. */
function editedWithoutAliases(text: string, wanted: Entries): string | null {
  const document = parse(text);
  if (!document) return null;
  visit(document, { Alias: (_key, alias) => alias.resolve(document)?.clone() as Node | undefined });
  visit(document, {
    Node: (_key, node) => {
      if ('anchor' in node) delete node.anchor;
    },
  });
  return editedDocument(document, wanted);
}

function anew(_text: string, wanted: Entries): string {
  return editedDocument(new Document(undefined, OPTIONS) as Document.Parsed, wanted);
}

function parse(text: string): Document.Parsed | null {
  try {
    const document = parseDocument(text, OPTIONS);
    return document.errors.length === 0 ? document : null;
  } catch {
    return null;
  }
}

function editedDocument(document: Document.Parsed, wanted: Entries): string {
  const contents = isMap(document.contents) ? document.contents : new YAMLMap();
  document.contents = editMap(contents as YAMLMap, wanted) as typeof document.contents;
  return document.toString({ lineWidth: 0 });
}

function editNode(node: unknown, wanted: Tree): Node {
  if (typeof wanted === 'string' || wanted === null) return editScalar(node, wanted ?? '');
  if (Array.isArray(wanted)) return editList(isSeq(node) ? node : new YAMLSeq(), wanted);
  return editMap(isMap(node) ? node : new YAMLMap(), wanted);
}

/** Plain texts that YAML reads as null. In quotes they are texts. */
const NOTHING = /^(?:|~|null)$/i;

function editScalar(node: unknown, wanted: string): Scalar {
  const isIt = isScalar(node) && String(node.value ?? '') === wanted;
  const mustBeQuoted = NOTHING.test(wanted);
  if (isIt && !(mustBeQuoted && node.type === 'PLAIN')) return node;
  const scalar = isScalar(node) ? node : new Scalar('');
  scalar.value = wanted;
  if (mustBeQuoted) scalar.type = 'QUOTE_DOUBLE';
  else if (!isScalar(node)) delete scalar.type;
  return scalar;
}

/** Keys keep their order; new ones come last. */
function editMap(map: YAMLMap, wanted: Entries): YAMLMap {
  const pairs = map.items as Pair<unknown, unknown>[];
  const kept = pairs.filter((pair) => Object.hasOwn(wanted, nameOf(pair.key)));
  for (const pair of kept) pair.value = editNode(pair.value, wanted[nameOf(pair.key)]!);
  const known = new Set(kept.map(({ key }) => nameOf(key)));
  map.items = kept;
  for (const [name, value] of Object.entries(wanted)) {
    if (!known.has(name)) map.add({ key: editScalar(null, name), value: editNode(null, value) });
  }
  if (map.items.length === 0) map.flow = true;
  return map;
}

/** Matches items by their stage or event, so that comments stay with their item. */
function editList(list: YAMLSeq, wanted: Tree[]): YAMLSeq {
  const before = [...(list.items as Node[])];
  const free = new Set(before);
  const take = (node: Node | undefined) => (node && free.delete(node) ? node : undefined);
  const bySubject = Map.groupBy(before, subjectOfNode);
  const same = wanted.map((item) => {
    const subject = subjectOf(item);
    return subject === null ? undefined : take(bySubject.get(subject)?.shift());
  });
  list.items = wanted.map((item, index) => editNode(same[index] ?? take(before[index]), item));
  if (list.items.length === 0) list.flow = true;
  return list;
}
