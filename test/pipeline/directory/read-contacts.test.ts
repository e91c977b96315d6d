import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contactOf } from '../../../src/kommo/mapping.ts';
import { readChanges, readFullPage } from '../../../src/pipeline/directory/read-contacts.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { directoryProgress } from '../../../src/store/directory/progress.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';

/** An address book that people work on while it is being read. Times in unix seconds. */
class AddressBook {
  time = 1_796_000_000;
  readonly contacts = new Map<number, { email: string; updatedAt: number }>();
  calls = 0;
  #edits = 0;

  edit(kind: 'add' | 'change', pick: number, seconds: number): void {
    this.time += seconds;
    const ids = [...this.contacts.keys()];
    const id = kind === 'add' || ids.length === 0 ? ids.length + 1 : ids[pick % ids.length]!;
    this.#edits += 1;
    this.contacts.set(id, { email: `edit${this.#edits}@example.com`, updatedAt: this.time });
  }

  delete(pick: number): number | undefined {
    const id = [...this.contacts.keys()][pick % Math.max(1, this.contacts.size)];
    if (id !== undefined) this.contacts.delete(id);
    return id;
  }

  page(size: number, page: number, updatedSince: number | null) {
    this.calls += 1;
    const listed = [...this.contacts]
      .filter(([, { updatedAt }]) => updatedAt >= (updatedSince ?? 0))
      .sort(([a, one], [b, other]) => other.updatedAt - one.updatedAt || b - a);
    const shown = listed.slice((page - 1) * size, page * size);
    return {
      contacts: shown.map(([id, { updatedAt }]) => ({ contact: this.#contact(id), updatedAt })),
      deletedIds: [],
      isNewestFirst: true,
      isLast: page * size >= listed.length,
    };
  }

  #contact(id: number) {
    const values = [{ value: this.contacts.get(id)!.email }];
    const field = { field_id: 1, field_code: 'EMAIL', field_type: 'multitext', values };
    return contactOf({ id, custom_fields_values: [field], _embedded: { leads: [{ id: id * 10 }] } })!;
  }
}

const edits = fc.array(
  fc.record({
    kind: fc.constantFrom('add', 'add', 'change'),
    pick: fc.nat(50),
    seconds: fc.constantFrom(0, 0, 1, 5, 40, 4_000),
  }),
  { maxLength: 12 },
);

describe.each(KINDS)('reading the contacts of an account (%s)', (kind) => {
  let database: Database;
  let names = 0;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  async function connect(book: AddressBook, pageSize: number, skewS: number, between: () => void) {
    const name = `c${names++}`;
    const { db } = database;
    await db.insertInto('connections').values({ connection: name, owner: 'me', owner_until: 0 }).execute();
    const kommo = {
      contactsPage: async ({ page, updatedSince }: { page: number; updatedSince: number | null }) => {
        const read = book.page(pageSize, page, updatedSince);
        between();
        return read;
      },
      contactsWithDeals: async () => new Map(),
    };
    const connection = { name, owner: 'me', kommo } as unknown as Parameters<
      typeof readFullPage
    >[0]['connection'];
    const options = { db, connection, now: () => (book.time + skewS) * 1000, call: {} };
    const recorded = async () => {
      const rows = await db.selectFrom('directory').selectAll().where('connection', '=', name).execute();
      return new Map(rows.map(({ contact_id, address }) => [contact_id, address]));
    };
    return { options, recorded, progress: () => directoryProgress(db, name) };
  }

  const truth = ({ contacts }: AddressBook) => new Map([...contacts].map(([id, { email }]) => [id, email]));
  const sorted = (addresses: Map<number, string>) => [...addresses].sort(([a], [b]) => a - b);

  it('misses no contact and no change, whatever is edited between two pages, and however wrong our clock is', async () => {
    const sizes = fc.integer({ min: 1, max: 4 });
    const skews = fc.constantFrom(-500, -20, 0, 20, 500);
    await fc.assert(
      fc.asyncProperty(edits, edits, edits, sizes, skews, async (before, during, after, size, skew) => {
        const book = new AddressBook();
        for (const { kind, pick, seconds } of before) book.edit(kind, pick, seconds);
        const waiting = [...during];
        const { options, recorded, progress } = await connect(book, size, skew, () => {
          const next = waiting.shift();
          if (next) book.edit(next.kind, next.pick, next.seconds);
        });
        let read = await progress();
        do read = { ...read, ...(await readFullPage(options, read)) };
        while (read.nextPage !== null);
        waiting.length = 0;
        const changes = async () => {
          const { changedUntil, completeAt, ...rest } = await progress();
          await readChanges(options, { ...rest, changedUntil: changedUntil!, completeAt: completeAt! });
        };
        await changes();
        expect(sorted(await recorded())).toEqual(sorted(truth(book)));
        for (const { kind, pick, seconds } of after) {
          book.edit(kind, pick, seconds);
          if (pick % 2 === 0) await changes();
        }
        await changes();
        expect(sorted(await recorded())).toEqual(sorted(truth(book)));
      }),
      { numRuns: kind === 'embedded' ? 10 : 60 },
    );
  });

  it('notices in the next full reading which contacts were deleted without a word', async () => {
    const book = new AddressBook();
    for (let n = 0; n < 5; n++) book.edit('add', 0, 1);
    const { options, recorded, progress } = await connect(book, 2, 0, () => {});
    const readAll = async () => {
      let read = await progress();
      do read = { ...read, ...(await readFullPage(options, read)) };
      while (read.nextPage !== null);
      const { changedUntil, completeAt, ...rest } = read;
      await readChanges(options, { ...rest, changedUntil: changedUntil!, completeAt: completeAt! });
    };
    await readAll();
    book.time += 86_400;
    const gone = book.delete(2)!;
    await readAll();
    expect((await recorded()).has(gone)).toBe(false);
    expect(sorted(await recorded())).toEqual(sorted(truth(book)));
  });

  it('does not read the contacts of an import again each time', async () => {
    const book = new AddressBook();
    for (let n = 0; n < 40; n++) book.edit('add', 0, 0);
    const { options, progress } = await connect(book, 2, 0, () => {});
    let read = await progress();
    do read = { ...read, ...(await readFullPage(options, read)) };
    while (read.nextPage !== null);
    for (let n = 0; n < 5; n++) {
      book.time += 60;
      book.calls = 0;
      const { changedUntil, completeAt, ...rest } = await progress();
      await readChanges(options, { ...rest, changedUntil: changedUntil!, completeAt: completeAt! });
    }
    expect(book.calls).toBe(1);
  });
});
