import { describe, expect, test } from 'vitest';
import { start } from '../testing/start.ts';

const idsOf = (body: { _embedded: Record<string, { id: number }[]> } | undefined) =>
  body?._embedded.contacts?.map(({ id }) => id);

describe('the address book', () => {
  test('is read 250 a page in the order of the last change', async () => {
    let ms = 1_700_000_000_000;
    await using tried = await start({ now: () => ms });
    const ids = Array.from({ length: 260 }, () => {
      ms += 1000;
      return tried.kommo.createContact({ email: 'a@x.example' }).id;
    });
    const newest = await tried.get('/contacts?limit=250&order[updated_at]=desc&with=leads');
    expect(idsOf(newest.body)).toEqual(ids.toReversed().slice(0, 250));
    expect(newest.body._embedded.contacts[0]._embedded.leads).toEqual([]);
    expect(idsOf((await tried.get('/contacts?limit=250&page=2&order[updated_at]=desc')).body)).toHaveLength(
      10,
    );
  });

  test('is read from a time on', async () => {
    let ms = 1_700_000_000_000;
    await using tried = await start({ now: () => ms });
    tried.kommo.createContact({});
    ms += 60_000;
    const late = tried.kommo.createContact({});
    expect(idsOf((await tried.get('/contacts?filter[updated_at][from]=1700000001')).body)).toEqual([late.id]);
  });

  test.each([
    [false, 1],
    [true, 2],
  ])('with searchIgnoresQuery %s a search finds %i of two', async (searchIgnoresQuery, count) => {
    await using tried = await start({ switches: { searchIgnoresQuery } });
    tried.kommo.createContact({ email: 'ann@acme.example' });
    tried.kommo.createContact({ email: 'bo@third.example' });
    expect(idsOf((await tried.get('/contacts?query=ann@acme.example')).body)).toHaveLength(count);
  });
});

describe('a contact that the token may not see', () => {
  test('is 204, in no list and in no search, while its deal still names it', async () => {
    await using tried = await start();
    const { id } = tried.kommo.createContact({ email: 'ann@acme.example' });
    const deal = tried.kommo.createDeal({ contactIds: [id] });
    tried.kommo.hideContact(id);
    for (const path of [
      `/contacts/${id}`,
      `/contacts?filter[id][]=${id}`,
      '/contacts?query=ann@acme.example',
    ])
      expect((await tried.get(path)).status, path).toBe(204);
    const { body } = await tried.get(`/leads/${deal.id}?with=contacts`);
    expect(body._embedded.contacts).toMatchObject([{ id, is_main: true }]);
    tried.kommo.showContact(id);
    expect((await tried.get(`/contacts/${id}`)).status).toBe(200);
  });
});
