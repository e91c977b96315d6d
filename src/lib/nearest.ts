/** A longer text is no mistyped word, and comparing it would take time with the square of its length. */
const MAX_WORD = 64;
/** More candidates than any list of names that people have written. */
const MAX_CANDIDATES = 500;

/**
 * The candidate that a mistyped word most likely meant, or null where none is near. A third of the word may be wrong: more
 * would suggest things nobody meant. Words and lists of candidates longer than a person writes are not searched.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.trim().toLowerCase();
  if (wanted.length > MAX_WORD) return null;
  const allowed = Math.round(wanted.length / 3);
  let best: string | null = null;
  let bestDistance = allowed + 1;
  let compared = 0;
  for (const candidate of candidates) {
    compared += 1;
    if (compared > MAX_CANDIDATES) break;
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * Letters to insert, delete, replace or swap with a neighbour to get from one word to the other. fastest-levenshtein does
 * not count a swap, the most frequent typing error, as one.
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let cost = Math.min(last[j - 1]! + (same ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length]!;
}
