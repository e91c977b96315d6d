import { describe, expect, test } from 'vitest';
import { start } from './testing/start.ts';

async function twoContacts(options: Parameters<typeof start>[0] = {}) {
  const tried = await start(options);
  const { kommo } = tried;
  const gone = kommo.createContact({ name: 'Ann', email: 'ann@acme.example', phone: '+371', tags: ['VIP'] });
  const survivor = kommo.createContact({ name: 'Ann Lee', email: 'ann.lee@acme.example' });
  const deal = kommo.createDeal({ contactIds: [gone.id, survivor.id] });
  const changes: string[] = [];
  kommo.on(({ kind }) => kind !== 'call' && changes.push(kind));
  return { ...tried, gone, survivor, deal, changes, [Symbol.asyncDispose]: () => kommo.close() };
}

describe('merging contacts', () => {
  test('gives the survivor every address, what it lacks, and the deals', async () => {
    await using tried = await twoContacts();
    const merged = tried.kommo.mergeContacts(tried.survivor.id, tried.gone.id);
    expect(merged).toMatchObject({
      name: 'Ann Lee',
      emails: ['ann.lee@acme.example', 'ann@acme.example'],
      phones: ['+371'],
      dealIds: [tried.deal.id],
    });
    expect(tried.kommo.deal(tried.deal.id)?.contactIds).toEqual([tried.survivor.id]);
  });

  test('leaves nothing of the other, and the history speaks of the survivor', async () => {
    await using tried = await twoContacts();
    tried.kommo.mergeContacts(tried.survivor.id, tried.gone.id);
    expect((await tried.get(`/contacts/${tried.gone.id}`)).status).toBe(204);
    const history = tried.kommo.events().filter(({ type }) => type === 'entity_merged');
    expect(history).toMatchObject([{ entityType: 'contact', entityId: tried.survivor.id, valueAfter: [] }]);
    expect(tried.kommo.events().some(({ type }) => type === 'contact_deleted')).toBe(false);
  });

  test.each([
    ['delete_and_update', ['contact_deleted', 'contact_updated']],
    ['update_only', ['contact_updated']],
    ['none', []],
  ] as const)('with mergeHooks %s reports %j', async (mergeHooks, reported) => {
    await using tried = await twoContacts({ switches: { mergeHooks } });
    tried.kommo.mergeContacts(tried.survivor.id, tried.gone.id);
    expect(tried.changes).toEqual(reported);
  });
});

test('merging deals keeps stage and price, and joins the contacts', async () => {
  await using tried = await twoContacts();
  const { kommo } = tried;
  const gone = kommo.createDeal({ price: 5, contactIds: [tried.gone.id], fields: { Segment: 'A' } });
  const survivor = kommo.createDeal({ price: 900, contactIds: [tried.survivor.id] });
  expect(kommo.mergeDeals(survivor.id, gone.id)).toMatchObject({
    price: 900,
    contactIds: [tried.survivor.id, tried.gone.id],
    fields: { Segment: 'A' },
  });
  expect((await tried.get(`/leads/${gone.id}`)).status).toBe(204);
});
