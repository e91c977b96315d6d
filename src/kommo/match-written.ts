import { comparableText, isCutForm } from './stored-text.ts';

/** The compared parts of a note or task: one that was to be written, or one in Kommo. */
export interface WrittenText {
  id: number;
  dealId: number;
  text: string;
}

/**
 * Pairs actions with their texts found in Kommo, oldest with oldest: first with the same text, then with what the account may have
 * made of it.
 */
export function matchWritten(actions: WrittenText[], existing: WrittenText[]): Map<number, string> {
  const free = [...existing].sort((a, b) => a.id - b.id);
  const open = [...actions].sort((a, b) => a.id - b.id);
  const written = new Map<number, string>();
  const isSame = (found: string, own: string) => comparableText(found) === comparableText(own);
  for (const matches of [isSame, isCutForm])
    for (const { id, dealId, text } of open) {
      if (written.has(id)) continue;
      const index = free.findIndex((other) => other.dealId === dealId && matches(other.text, text));
      if (index < 0) continue;
      written.set(id, String(free[index]!.id));
      free.splice(index, 1);
    }
  return written;
}
