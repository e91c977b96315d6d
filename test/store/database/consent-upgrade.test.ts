import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entriesOf } from '../../../src/domain/consent/entries-of-person.ts';
import { foldLedger } from '../../../src/domain/consent/fold.ts';
import { entriesNamed } from '../../../src/store/consent/ledger.ts';
import { openEmbedded } from '../../../src/store/database/embedded/embedded.ts';
import type { Schema } from '../../../src/store/database/schema.ts';
import { createDataFolderWithoutTables } from '../../support/database-templates.ts';
import { createPostgresDatabase, KINDS, type Kind } from '../../support/databases.ts';

const FOLDER = new URL('../../../src/store/database/migrations/', import.meta.url);

let folder: string;
let db: Kysely<Schema>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-consent-'));
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true, force: true });
});

async function openOld(kind: Kind): Promise<Kysely<Schema>> {
  if (kind === 'embedded') {
    await createDataFolderWithoutTables(join(folder, 'data'));
    return new Kysely<Schema>({
      dialect: new PGliteDialect({ pglite: await openEmbedded(join(folder, 'data', 'db')) }),
    });
  }
  const pool = new pg.Pool({ connectionString: await createPostgresDatabase(), max: 1 });
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

async function migrateTo(last: string): Promise<void> {
  const names = readdirSync(FOLDER)
    .map((file) => file.replace('.ts', ''))
    .filter((name) => name <= last);
  const loaded = names.map(
    async (name) => [name, (await import(new URL(`${name}.ts`, FOLDER).href)) as Migration] as const,
  );
  const migrations = Object.fromEntries(await Promise.all(loaded));
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error) throw error;
}

let reports = 0;
async function report(
  person: string,
  name: string,
  at: number,
  values: object = {},
  cioId: string | null = null,
) {
  reports += 1;
  const payload = { kind: 'mail_report', name, person: { id: person, email: person, cioId }, values };
  await addEvent(person, name, at, JSON.stringify(payload));
}
/** Older than the retention time: only its name and person are left. */
const oldReport = (person: string, name: string, at: number) => addEvent(person, name, at, '{}');

async function addEvent(person: string, name: string, at: number, payload: string) {
  reports += 1;
  await sql`
    insert into events (connection, key, kind, name, person, occurred_at, created_at, payload, state)
    values ('acme', ${`report:r${reports}`}, 'mail_report', ${name}, ${person}, ${at}, ${at * 1000}, ${payload}::jsonb, 'ignored')
  `.execute(db);
}

async function person(identifier: string, fields: object) {
  await sql`
    insert into persons (connection, person, email, fields, updated_at)
    values ('acme', ${identifier}, ${identifier}, ${JSON.stringify(fields)}::jsonb, 1)
  `.execute(db);
}

async function stateOf(address: string): Promise<string> {
  const names = { identifiers: [address], addresses: [address], cioIds: [] };
  const entries = await entriesNamed(db, 'acme', names);
  const sets = {
    identifiers: new Set(names.identifiers),
    addresses: new Set(names.addresses),
    cioIds: new Set<string>(),
  };
  return foldLedger(entriesOf(sets, entries), address).state;
}

describe.each(KINDS)('the ledger takes over what an older Stagepost knew (%s)', (kind) => {
  it('from reports, and from status fields where the reports are gone', async () => {
    db = await openOld(kind);
    await migrateTo('019-client-state');
    await report('out@x.com', 'email_unsubscribed', 5);
    await report('back@x.com', 'email_unsubscribed', 5);
    await report('back@x.com', 'customer_subscribed', 6);
    await oldReport('long-ago@x.com', 'customer_unsubscribed', 5);
    await report('spam@x.com', 'email_spammed', 5);
    await report('bounced@x.com', 'email_bounced', 5, { failure_message: '550 unknown' });
    await report('full@x.com', 'email_bounced', 5, { failure_message: '452 mailbox full' });
    await report('moved@x.com', 'email_bounced', 5, { recipient: 'Old <old@x.com>' });
    await report('other@x.com', 'email_bounced', 5, { recipient: 'old@x.com' });
    await report('arrived@x.com', 'email_bounced', 5, { recipient: 'Arrived@x.com ' });
    await report('arrived@x.com', 'email_delivered', 6, { recipient: 'arrived@x.com' });
    await report('dropped@x.com', 'email_dropped', 5);
    await report('topics@x.com', 'customer_cio_subscription_preferences_changed', 5, {
      content: '{"topics":{"topic_1":false,"topic_2":false}}',
    });
    await report('broken@x.com', 'customer_cio_subscription_preferences_changed', 5, {
      content: '{"topics":{"topic_1":fal…',
    });
    await person('field@x.com', {
      email_status: { value: 'x', at: 5, by: 'email_unsubscribed', optOutAt: 5 },
    });
    await person('field-spam@x.com', {
      email_status: { value: 'x', at: 5, by: 'email_spammed', optOutAt: 5 },
    });
    await person('field-back@x.com', {
      email_status: { value: 'x', at: 6, by: 'customer_subscribed', optOutAt: 5, optInAt: 6 },
    });
    await person('first-version@x.com', { email_status: { value: 'unsubscribed', at: 5 } });
    await person('open@x.com', { engagement: { value: 'active', at: 5, by: 'email_opened' } });

    await migrateTo('021-consent');

    expect(await stateOf('out@x.com')).toBe('unsubscribed');
    expect(await stateOf('back@x.com')).toBe('mailable');
    expect(await stateOf('long-ago@x.com')).toBe('unsubscribed');
    expect(await stateOf('spam@x.com')).toBe('complained');
    expect(await stateOf('bounced@x.com')).toBe('bounced');
    expect(await stateOf('full@x.com')).toBe('mailable');
    expect(await stateOf('other@x.com')).toBe('mailable');
    expect(await stateOf('old@x.com')).toBe('bounced');
    expect(await stateOf('arrived@x.com')).toBe('mailable');
    expect(await stateOf('dropped@x.com')).toBe('suppressed');
    expect(await stateOf('topics@x.com')).toBe('unsubscribed');
    expect(await stateOf('broken@x.com')).toBe('mailable');
    expect(await stateOf('field@x.com')).toBe('unsubscribed');
    expect(await stateOf('field-spam@x.com')).toBe('complained');
    expect(await stateOf('field-back@x.com')).toBe('mailable');
    expect(await stateOf('first-version@x.com')).toBe('unsubscribed');
    expect(await stateOf('open@x.com')).toBe('mailable');
  });
});
