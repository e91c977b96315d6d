import { describe, expect, test } from 'vitest';
import { start } from './testing/start.ts';

const midnightUtc = Date.UTC(2026, 0, 31) / 1000;
const fields = [{ id: 700_111, entity: 'leads' as const, name: 'Day', type: 'date' as const }];

describe('a date field', () => {
  test.each([
    ['America/Los_Angeles', '30.01.2026'],
    ['Europe/Riga', '31.01.2026'],
    ['Pacific/Kiritimati', '31.01.2026'],
  ])('in %s shows the day of that zone: %s', async (timezone, day) => {
    await using tried = await start({ account: { timezone }, fields });
    const deal = tried.kommo.createDeal({ fields: { Day: midnightUtc } });
    expect(tried.kommo.card('leads', deal.id)).toEqual({ Day: day });
  });
});

describe('an account of a country and a zone', () => {
  test('says both', async () => {
    await using tried = await start({ account: { country: 'RU', timezone: 'Asia/Kolkata' } });
    const { body } = await tried.get('/account?with=datetime_settings');
    expect(body).toMatchObject({
      country: 'RU',
      _embedded: { datetime_settings: { timezone: 'Asia/Kolkata', timezone_offset: '+05:30' } },
    });
  });

  test('may have a zone whose name nobody else knows', async () => {
    const account = { timezone: 'Europe/Nowhere', timezoneOffset: '+03:00' };
    await using tried = await start({ account, fields });
    const { body } = await tried.get('/account?with=datetime_settings');
    expect(body._embedded.datetime_settings).toMatchObject({
      timezone: 'Europe/Nowhere',
      timezone_offset: '+03:00',
    });
    const deal = tried.kommo.createDeal({ fields: { Day: midnightUtc } });
    expect(tried.kommo.card('leads', deal.id)).toEqual({ Day: '31.01.2026' });
  });
});
