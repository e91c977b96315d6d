import type { DeadLetter, FailureGroup } from '../../api/types.ts';

/** A dead letter for tests of this page. */
export function letter(part: Partial<DeadLetter>): DeadLetter {
  return {
    ...{ id: 1, connection: 'acme', lane: 'kommo', kind: 'note', dealId: 7, deal: null, client: 'Ann Lee' },
    ...{ person: null, rule: null, failure: 'permanent', words: 'no', at: 1, attempts: 1 },
    ...{ afterId: null, removed: false },
    ...part,
  };
}

/** One refused note of Ann Lee, for tests of this page. */
export function groupOf(part: Partial<FailureGroup>): FailureGroup {
  return {
    ...{ connection: 'acme', lane: 'kommo', kind: 'note', names: { one: 'note', many: 'notes' } },
    ...{ failure: 'permanent', code: null, words: 'no', removed: false, urgency: 'deal', rule: null },
    ...{ field: null, count: 1, subjects: 1, followers: [], first: 1, last: 1 },
    ...{ owner: 'Kommo administrator', todo: 'Fix it.', examples: [letter({})] },
    ...part,
  };
}
