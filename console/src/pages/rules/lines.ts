export interface Line {
  text: string;
  /** `same` in both, `gone` in the first only, `new` in the second only. */
  mark: 'same' | 'gone' | 'new';
}

/** Texts of more lines than this, once their common ends are off, are taken as wholly different: a table of a million cells. */
const MAX_CELLS = 4_000_000;

/** Both texts in one list, with what differs marked: the longest common lines stay together. */
export function difference(from: readonly string[], to: readonly string[]): Line[] {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end))
    end += 1;
  return [
    ...marked(from.slice(0, start), 'same'),
    ...middle(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    ...marked(from.slice(from.length - end), 'same'),
  ];
}

function middle(from: string[], to: string[]): Line[] {
  if (from.length * to.length > MAX_CELLS) return [...marked(from, 'gone'), ...marked(to, 'new')];
  const common = commonLengths(from, to);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push({ text: from[i]!, mark: 'same' });
      i += 1;
      j += 1;
    } else if (j >= to.length || (i < from.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ text: from[i]!, mark: 'gone' });
      i += 1;
    } else {
      lines.push({ text: to[j]!, mark: 'new' });
      j += 1;
    }
  }
  return lines;
}

/** `[i][j]`: how many lines `from` from i on and `to` from j on have in common at most. */
function commonLengths(from: readonly string[], to: readonly string[]): Uint16Array[] {
  const common = Array.from({ length: from.length + 1 }, () => new Uint16Array(to.length + 1));
  for (let i = from.length - 1; i >= 0; i -= 1)
    for (let j = to.length - 1; j >= 0; j -= 1)
      common[i]![j] =
        from[i] === to[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  return common;
}

function marked(texts: readonly string[], mark: Line['mark']): Line[] {
  return texts.map((text) => ({ text, mark }));
}

/** A stretch of lines that are shown, or the number of equal ones that are not. */
export type Stretch = { lines: Line[] } | { hidden: number };

/** Folds long runs of equal lines, except for `around` lines next to each difference. */
export function folded(lines: readonly Line[], around = 3): Stretch[] {
  const isNear = lines.map(() => false);
  for (const [index, { mark }] of lines.entries())
    if (mark !== 'same') isNear.fill(true, Math.max(0, index - around), index + around + 1);
  const stretches: Stretch[] = [];
  for (const [index, line] of lines.entries()) {
    const last = stretches.at(-1);
    if (isNear[index]) {
      if (last && 'lines' in last) last.lines.push(line);
      else stretches.push({ lines: [line] });
    } else if (last && 'hidden' in last) last.hidden += 1;
    else stretches.push({ hidden: 1 });
  }
  return stretches;
}
