import { describe, expect, it } from 'vitest';
import { foldLedger } from './consent/fold.ts';
import type { LedgerEntry } from './consent/ledger-entry.ts';
import { describeOrigin } from './describe-mailability.ts';

const ADDRESS = 'ann@example.com';

function entry(part: Partial<LedgerEntry>): LedgerEntry {
  return {
    ...{
      key: 'k',
      at: 1_000,
      source: 'report',
      name: 'email_unsubscribed',
      kind: 'opt_out',
      scope: 'global',
    },
    ...{ address: null, names: { identifier: ADDRESS, email: ADDRESS, cioId: null }, who: null, ...part },
  };
}

describe('the origin of a client’s state', () => {
  const originOf = (part: Partial<LedgerEntry>) => describeOrigin(foldLedger([entry(part)], ADDRESS));
  it.each([
    ['a user of Kommo', { source: 'kommo', who: 'Anna Keller' }, 'set in Kommo by Anna Keller'],
    ['somebody in Kommo', { source: 'kommo' }, 'set in Kommo'],
    ['a report', {}, 'reported by Customer.io'],
    ['a bounce', { kind: 'bounce', address: ADDRESS }, 'reported by Customer.io'],
    ['a field of an older version', { source: 'field' }, null],
    ['no opt-out at all', { kind: 'opt_in' }, null],
  ] as const)('names %s', (_name, part, origin) => expect(originOf(part)).toBe(origin));
});
