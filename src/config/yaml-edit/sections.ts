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

/** Null where the map is written in braces, or a key shares a line with another one. */
export function sectionsOf(text: string, map: YAMLMap): Sections | null {
  const pairs = map.items as Pair<Node, Node | null>[];
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
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
    const end = index < pairs.length - 1 ? next : next + notesBelow(text, starts.slice(next), indent);
    const section = { key: nameOf(key), start: startOf(free), end: startOf(end), value };
    free = end;
    return section;
  });
  return { sections, indent };
}

/** The last of these offsets (ascending) that is not after `offset`. Binary search, since a text can have many lines. */
function lineOf(offset: number, starts: number[]): number {
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

/** How many of the lines from here on are comments that belong to keys of this indentation. */
function notesBelow(text: string, starts: number[], indent: number): number {
  let count = 0;
  for (const [index, start] of starts.entries()) {
    const line = text.slice(start, starts[index + 1]);
    if (line.trim() === '') continue;
    if (!line.trimStart().startsWith('#') || line.search(/\S/) < indent) break;
    count = index + 1;
  }
  return count;
}
