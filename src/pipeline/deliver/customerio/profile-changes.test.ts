import { describe, expect, it } from 'vitest';
import { DeliveryError, type FailureClass } from '../../../domain/errors.ts';
import type { Db } from '../../../store/database/database.ts';
import type { Connection } from '../../connection.ts';
import { prepareProfileChange } from './profile-changes.ts';

const change = {
  kind: 'change_email',
  person: 'ann@new.example',
  cioId: null,
  from: 'ann@acme.example',
  to: 'ann@new.example',
  timestamp: 1_796_000_000,
} as const;

/** Without a database: an identity by email needs none. */
function prepare(customersByEmail: (email: string) => Promise<unknown>, attempts = 0) {
  const app = { customersByEmail } as unknown as Connection['app'];
  return prepareProfileChange(change, { db: {} as Db, connection: { name: 'acme', app }, attempts });
}

const failing = (failure: FailureClass) => async () => {
  throw new DeliveryError(failure, 'Customer.io did not answer.', { status: null });
};

const profile = { id: null, email: 'ann@acme.example', cioId: 'd9c1' };

describe('a change of an email whose cio_id is not known', () => {
  it('is sent by the cio_id that Customer.io has', async () => {
    const prepared = await prepare(async (email) => (email === change.from ? [profile] : []));
    expect(prepared).toEqual({ action: { ...change, cioId: 'd9c1' } });
  });

  it.each(['throttled', 'retryable', 'unknown'] as const)('is postponed while the App API is %s', (failure) =>
    expect(prepare(failing(failure))).rejects.toMatchObject({ failure: 'retryable' }),
  );

  it('is not postponed for more than a day: later actions of the person wait for it', async () => {
    expect(await prepare(failing('throttled'), 100)).toMatchObject({
      dropped: expect.stringContaining('The cio_id of ann@acme.example is not known'),
    });
  });

  it.each(['unauthorized', 'permanent'] as const)(
    'does not wait for an App key that is %s',
    async (failure) => {
      expect(await prepare(failing(failure))).toHaveProperty('dropped');
    },
  );
});
