import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Tree } from '../tree.ts';
import { lineStarts, nameOf, type Section, sectionsOf } from './sections.ts';

type Entries = { [key: string]: Tree };

/** A replacement for the text between two offsets. */
interface Edit {
  from: number;
  to: number;
  text: string;
}

/** A map of a text. */
interface Place {
  text: string;
  /** The offsets of the text's lines, computed once: a text can have thousands of maps. */
  starts: readonly number[];
  map: YAMLMap;
}

/**
 * Writes rules into a text and keeps all unchanged parts byte for byte: only changed values and new keys are written, and
 * a list with other items as a whole, as in `edited`.
 * @param edited the same rules in the same text, written by the YAML library
 * @returns null where keys of the text share a line. The result may be wrong: parse it and compare.
 */
export function spliceRules(text: string, edited: string, wanted: Entries): string | null {
  const before = placeOf(text);
  const after = placeOf(edited);
  return (before && after && splicedMap(before, after, wanted)?.whole) ?? null;
}

function placeOf(text: string): Place | null {
  const { contents, errors } = parseDocument(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
  });
  return errors.length === 0 && isMap(contents)
    ? { text, starts: lineStarts(text), map: contents as YAMLMap }
    : null;
}

/** The lines of a map, and the whole text with them. */
interface Spliced {
  from: number;
  to: number;
  lines: string;
  whole: string;
}

function splicedMap(before: Place, after: Place, wanted: Entries): Spliced | null {
  const old = sectionsOf(before.text, before.map, before.starts);
  const now = sectionsOf(after.text, after.map, after.starts);
  if (!old || !now || old.indent !== now.indent || old.sections.length === 0) return null;
  const nowOf = new Map(now.sections.map((section) => [section.key, section]));
  const known = new Set(old.sections.map(({ key }) => key));
  const kept = old.sections
    .filter(({ key }) => nowOf.has(key))
    .map((section) => splicedSection(section, nowOf.get(section.key)!, before, after, wanted));
  const added = now.sections
    .filter(({ key }) => !known.has(key))
    .map(({ start, end }) => after.text.slice(start, end));
  const parts = [...kept, ...added];
  const lines = parts.map((part, index) => lineEnded(part, index === parts.length - 1)).join('');
  const [from, to] = [old.sections[0]!.start, old.sections.at(-1)!.end];
  return { from, to, lines, whole: before.text.slice(0, from) + lines + before.text.slice(to) };
}

function splicedSection(old: Section, now: Section, before: Place, after: Place, wanted: Entries): string {
  const { text } = before;
  const own = text.slice(old.start, old.end);
  const value = wanted[old.key]!;
  const edits = valueEdits(old.value, value);
  if (edits) return applied(own, old.start, edits);
  const below =
    isMap(old.value) && isMap(now.value) && isEntries(value)
      ? splicedMap({ ...before, map: old.value as YAMLMap }, { ...after, map: now.value as YAMLMap }, value)
      : null;
  if (!below) return renewed(own, after.text, now);
  return text.slice(old.start, below.from) + below.lines + text.slice(below.to, old.end);
}

function lineEnded(part: string, isLast: boolean): string {
  return isLast || part === '' || part.endsWith('\n') ? part : `${part}\n`;
}

function isEntries(tree: Tree): tree is Entries {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}

/** The comments above a section stay as they are written, too. */
function renewed(own: string, edited: string, { start, end }: Section): string {
  const notes = /^(?:[^\S\n]*(?:#.*)?\n)*/;
  return notes.exec(own)![0] + edited.slice(start, end).replace(notes, '');
}

/** The replacements, where only values differ; else null. */
function valueEdits(node: unknown, wanted: Tree): Edit[] | null {
  if (typeof wanted === 'string') return isScalar(node) ? scalarEdits(node, wanted) : null;
  if (wanted === null || isAlias(node)) return null;
  if (Array.isArray(wanted)) {
    if (!isSeq(node) || node.items.length !== wanted.length || isReordered(node.items, wanted)) return null;
    return together(node.items.map((item, index) => valueEdits(item, wanted[index]!)));
  }
  const pairs = isMap(node) ? (node.items as Pair[]) : [];
  const names = pairs.map(({ key }) => nameOf(key));
  if (!isMap(node) || names.length !== Object.keys(wanted).length) return null;
  if (names.some((name) => !Object.hasOwn(wanted, name))) return null;
  return together(pairs.map(({ key, value }) => valueEdits(value, wanted[nameOf(key)]!)));
}

/** The keys that identify items of `stages` and of `inactivity`. */
const SUBJECT = ['pipeline', 'stage', 'start'];

/**
 * What an item is about, as a text: its stage or its event. Items of the document and wanted ones with equal texts are the
 * same item. Null where no item of a document can be the same.
 */
export function subjectOf(item: Tree): string | null {
  if (!isEntries(item)) return null;
  const texts = SUBJECT.map((name) => item[name]);
  return texts.every((text) => text === undefined || typeof text === 'string')
    ? JSON.stringify(texts.map((text) => text ?? null))
    : null;
}

/** The same for an item of a document; undefined where it is not a map. */
export function subjectOfNode(node: unknown): string | undefined {
  if (!isMap(node)) return undefined;
  const values = new Map(
    (node.items as Pair[]).map(({ key, value }) => [nameOf(key), value] as const).reverse(),
  );
  return JSON.stringify(
    SUBJECT.map((name) => {
      const value = values.get(name);
      return isScalar(value) ? String(value.value ?? '') : null;
    }),
  );
}

/** Whether items have moved, so that comments would end up at another item. */
function isReordered(items: unknown[], wanted: Tree[]): boolean {
  const before = items.map(subjectOfNode);
  const all = new Set<string | null | undefined>(before);
  return wanted.some((item, index) => {
    const subject = subjectOf(item);
    return subject !== null && subject !== before[index] && all.has(subject);
  });
}

function together(parts: (Edit[] | null)[]): Edit[] | null {
  return parts.includes(null) ? null : parts.flatMap((part) => part!);
}

function scalarEdits(node: Scalar, wanted: string): Edit[] {
  if (String(node.value ?? '') === wanted) return [];
  const [from, to] = node.range!;
  const isBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED';
  return [{ from, to, text: scalarText(wanted, node.type) + (isBlock ? '\n' : '') }];
}

/** The value in its previous quotes, if these are valid: between brackets a plain text must not have commas. */
function scalarText(value: string, type: Scalar['type']): string {
  const document = new Document(value, { schema: 'failsafe' });
  const scalar = document.contents as unknown as Scalar;
  const isPlain = type === 'PLAIN' && !/[[\]{},\n]|^(?:|~|null)$/i.test(value);
  scalar.type = isPlain || type === 'QUOTE_SINGLE' ? type : 'QUOTE_DOUBLE';
  return document.toString({ lineWidth: 0 }).replace(/\n$/, '');
}

function applied(text: string, offset: number, edits: Edit[]): string {
  return edits.reduceRight(
    (result, edit) => result.slice(0, edit.from - offset) + edit.text + result.slice(edit.to - offset),
    text,
  );
}
