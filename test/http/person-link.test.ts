import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionConfig } from '../../src/config/index.ts';
import { createPersonLinks } from '../../src/console-api/person-link.ts';
import type { RegionAnswer } from '../../src/customerio/index.ts';
import type { MailReport } from '../../src/domain/events.ts';
import type { Database } from '../../src/store/database/database.ts';
import { addEvents } from '../../src/store/events/events.ts';
import { openTestDatabase } from '../support/databases.ts';
import { asLeased } from '../support/leased.ts';

const ANN = 'ann@acme.com';

describe('the address of a person’s page in Customer.io', () => {
  let database: Database;
  let asked = 0;

  beforeAll(async () => {
    database = await openTestDatabase('postgres');
    const reports = ['0a1b', null].map((cioId, n) => ({
      connection: 'acme',
      key: `report:${n}`,
      event: { kind: 'mail_report', occurredAt: n, person: { id: null, email: ANN, cioId } } as MailReport,
      name: 'email_opened',
      person: ANN,
      inboxIds: [],
    }));
    await addEvents(asLeased(database.db), reports, 1);
  });
  afterAll(() => database.close());

  function links(customerio: Partial<ConnectionConfig['customerio']>, region: () => Promise<RegionAnswer>) {
    const connection = {
      name: 'acme',
      customerio: { region: 'us', ...customerio } as ConnectionConfig['customerio'],
    };
    const counted = () => {
      asked += 1;
      return region();
    };
    return createPersonLinks({
      connection,
      db: async () => database.db,
      track: () => ({ region: counted }),
      now: () => 1,
    });
  }
  const workspace = (environmentId: number | null) => async (): Promise<RegionAnswer> => ({
    region: 'us',
    url: 'https://track.customer.io',
    environmentId,
  });

  it('is made of the workspace and the number that a report brought; the workspace is asked for once', async () => {
    const link = links({}, workspace(3));
    expect(await link(ANN)).toBe('https://fly.customer.io/workspaces/3/journeys/people/0a1b');
    expect(await link(ANN)).toBe(await link(ANN));
    expect(asked).toBe(1);
    const european = links({ region: 'eu' }, workspace(3));
    expect(await european(ANN)).toBe('https://eu.fly.customer.io/workspaces/3/journeys/people/0a1b');
  });

  it('is not guessed: before a report, without the workspace, where Customer.io fails or is simulated', async () => {
    expect(await links({}, workspace(3))('ben@acme.com')).toBeNull();
    expect(await links({}, workspace(null))(ANN)).toBeNull();
    expect(await links({}, () => Promise.reject(new Error('down')))(ANN)).toBeNull();
    expect(await links({}, () => new Promise(() => {}))(ANN)).toBeNull();
    expect(await links({ trackUrl: 'http://127.0.0.1:9' }, workspace(3))(ANN)).toBeNull();
  });
});
