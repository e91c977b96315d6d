import { isScalar, type Node, type Pair, type YAMLMap } from 'yaml';

/** The lines of a text that belong to one key of a map: its comments above, the key, and all below it. */
export interface Section {
  key: string;
  /** Offsets into the text. */
  start: number;
  end: number;
  value: Node | null;
}

export interface Sections {
  /** In the order of the text. Text between two sections belongs to the second one. */
  sections: Section[];
  /** The indentation of the keys. */
  indent: number;
}

/** The offsets of a text's lines. */
export function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

/**
 * Null where the map is written in braces, or a key shares a line with another one.
 * @param starts the offsets of the text's lines
 */
export function sectionsOf(
  text: string,
  map: YAMLMap,
  starts: readonly number[] = lineStarts(text),
): Sections | null {
  const pairs = map.items as Pair<Node, Node | null>[];
  const lineAt = (offset: number) => lineOf(offset, starts);
  const startOf = (line: number) => starts[line] ?? text.length;
  const keyLines = pairs.map(({ key }) => lineAt(key.range![0]));
  const indents = pairs.map(({ key }, index) => key.range![0] - startOf(keyLines[index]!));
  const indent = indents[0] ?? 0;
  if (map.flow || indents.some((own) => own !== indent) || new Set(keyLines).size < pairs.length) return null;

  const isNote = (line: number) => /^\s*(?:#|$)/.test(text.slice(startOf(line), startOf(line + 1)));
  let free = keyLines[0] ?? 0;
  while (free > 0 && isNote(free - 1)) free -= 1;
  const sections = pairs.map(({ key, value }, index) => {
    const lastLine = lineAt(Math.max(key.range![1], value?.range?.[1] ?? 0) - 1);
    const next = lastLine + 1;
    const end = index < pairs.length - 1 ? next : next + notesBelow(text, starts, next, indent);
    const section = { key: nameOf(key), start: startOf(free), end: startOf(end), value };
    free = end;
    return section;
  });
  return { sections, indent };
}

/** The last of these offsets (ascending) that is not after `offset`. Binary search, since a text can have many lines. */
function lineOf(offset: number, starts: readonly number[]): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value ?? '') : String(key);
}

/** How many of the lines from `first` on are comments that belong to keys of this indentation. */
function notesBelow(text: string, starts: readonly number[], first: number, indent: number): number {
  let count = 0;
  for (let line = first; line < starts.length; line++) {
    const content = text.slice(starts[line], starts[line + 1]);
    if (content.trim() === '') continue;
    if (!content.trimStart().startsWith('#') || content.search(/\S/) < indent) break;
    count = line - first + 1;
  }
  return count;
}
