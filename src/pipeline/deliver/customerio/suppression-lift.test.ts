import { describe, expect, it } from 'vitest';
import type { Suppression, SuppressionType } from '../../../customerio/app-api/suppression.ts';
import type { Connection } from '../../connection.ts';
import { liftSuppression } from './suppression-lift.ts';

const EMAIL = 'ann@acme.example';
const action = { kind: 'lift_suppression', person: EMAIL, email: EMAIL, how: 'lift' } as const;

function appWith(...types: SuppressionType[]) {
  const lists = new Set(types);
  const entry = (type: SuppressionType): Suppression => ({
    ...{ type, created: 1, email: EMAIL, reason: '550 no such user' },
  });
  const app = {
    searchSuppression: async () => [...lists].map(entry),
    deleteSuppression: async (type: SuppressionType) => lists.delete(type),
  } as unknown as NonNullable<Connection['app']>;
  return { app, lists };
}

describe('the suppression of an address at the mail provider', () => {
  it('is lifted from all lists', async () => {
    const { app, lists } = appWith('bounces', 'invalid_emails');
    expect((await liftSuppression(action, app)).isLifted).toBe(true);
    expect(lists.size).toBe(0);
  });

  it('stays on all lists after a spam complaint', async () => {
    const { app, lists } = appWith('bounces', 'spam_reports');
    const { isLifted, sentence } = await liftSuppression(action, app);
    expect([isLifted, lists.size]).toEqual([false, 2]);
    expect(sentence).toMatch(/spam complaint.*does not lift/);
  });

  it('is only named where the address is to be checked', async () => {
    const { app, lists } = appWith('bounces');
    const { isLifted, sentence } = await liftSuppression({ ...action, how: 'check' }, app);
    expect([isLifted, lists.size]).toEqual([false, 1]);
    expect(sentence).toMatch(/550 no such user/);
  });

  it('without an App API key the sentence says what to do by hand', async () => {
    expect((await liftSuppression(action, null)).sentence).toMatch(/no App API key.*Take the address off/);
  });
});
