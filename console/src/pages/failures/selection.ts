import { get } from '../../api/client.ts';
import type { DeadLetter, FailureGroup } from '../../api/types.ts';

/** As many as one selection may name (src/http/api/failures/contract.ts). */
const MAX_SELECTED = 10_000;
const PAGE = 1_000;

/**
 * The ids of one group, at most 10,000. The API narrows down by words; what differs only in the kind of action or the
 * rule is told apart here, so that what is replayed is what the page shows.
 */
export async function idsOf(group: FailureGroup): Promise<number[]> {
  const { connection, words, last } = group;
  const reason = words?.slice(0, 1_000);
  const ids: number[] = [];
  let above: number | null = 0;
  while (above !== null && ids.length < MAX_SELECTED) {
    const page: { letters: DeadLetter[]; next: number | null } = await get('/api/failures/list', {
      connection,
      reason,
      until: last,
      above,
      limit: PAGE,
    });
    ids.push(...page.letters.filter((letter) => belongs(letter, group)).map(({ id }) => id));
    above = page.next;
  }
  return ids.slice(0, MAX_SELECTED);
}

function belongs(letter: DeadLetter, { lane, kind, failure, removed, rule }: FailureGroup): boolean {
  return (
    letter.lane === lane &&
    letter.kind === kind &&
    letter.failure === failure &&
    letter.removed === removed &&
    (rule === null || letter.rule === rule.title)
  );
}
