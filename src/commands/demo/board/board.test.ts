import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CustomerioSimulator,
  startCustomerioSimulator,
} from '../../../../simulators/customerio/index.ts';
import { type KommoSimulator, startKommoSimulator } from '../../../../simulators/kommo/index.ts';
import { createClient } from '../sides.ts';
import { boardOf } from './board.ts';
import { campaigns, UnsentMails } from './mails.ts';
import { seedDeals } from './seed.ts';
import { Visitor } from './visitor.ts';

const EMAIL = 'ann@acme.example';
let kommo: KommoSimulator;
let customerio: CustomerioSimulator;
let unsent: UnsentMails;
let deal: number;

beforeEach(async () => {
  [kommo, customerio] = await Promise.all([startKommoSimulator(), startCustomerioSimulator({ campaigns })]);
  unsent = new UnsentMails(customerio, Date.now);
  deal = createClient({ kommo, customerio }, { name: 'Ann Lee', email: EMAIL, plan: 'Pro', price: 1200 });
  await track('PUT', '', { email: EMAIL });
});
afterEach(() => Promise.all([kommo.close(), customerio.close()]));

function track(method: string, path: string, body: object) {
  const { siteId, apiKey } = customerio.credentials;
  const authorization = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  const url = `${customerio.url}/api/v1/customers/${EMAIL}${path}`;
  return fetch(url, { method, headers: { authorization }, body: JSON.stringify(body) });
}

const send = (name: string) => track('POST', '/events', { name });
const mails = () => boardOf({ kommo, customerio }, unsent).deals.find(({ id }) => id === deal)!.mails;

describe('an email', () => {
  it('has a text for its client, a link and a time', async () => {
    await send('demo_scheduled');
    const [mail] = mails();
    expect(mail).toMatchObject({ subject: 'Your demo is booked', state: 'sent', marks: [] });
    expect(mail!.body[0]).toBe('Hi Ann,');
    expect(mail!.link?.href).toMatch(/^https:/);
    expect(Math.abs(mail!.at - Date.now())).toBeLessThan(60_000);
  });

  it('that a machine has opened is told apart from one that its client has opened', async () => {
    await send('demo_scheduled');
    const visitor = new Visitor({ kommo, customerio }, () => {});
    visitor.mail(mails()[0]!.delivery, 'machine_open');
    expect(mails()[0]!.marks).toEqual(['machine_opened']);
    visitor.mail(mails()[0]!.delivery, 'open');
    expect(mails()[0]!.marks).toContain('opened');
  });

  it('that is not sent leaves a line', async () => {
    await send('demo_scheduled');
    customerio.unsubscribe(mails()[0]!.delivery);
    await send('demo_completed');
    expect(mails().find(({ state }) => state === 'skipped')).toMatchObject({
      event: 'demo_completed',
      why: expect.stringMatching(/unsubscribed/),
    });
  });

  it('is not made of an event that no campaign listens to, and a line says so', async () => {
    await send('deal_renamed');
    expect(mails()).toMatchObject([{ state: 'no_campaign', event: 'deal_renamed' }]);
  });
});

it('the story hears whose client the visitor plays', async () => {
  await send('demo_scheduled');
  const touched: number[] = [];
  const visitor = new Visitor({ kommo, customerio }, (id) => touched.push(id));
  visitor.mail(mails()[0]!.delivery, 'click');
  visitor.move(deal, kommo.stageId('Sales', 'Onboarding'));
  expect(touched).toEqual([deal, deal]);
});

it('a new deal is named by the visitor', () => {
  const visitor = new Visitor({ kommo, customerio }, () => {});
  expect(kommo.deal(visitor.addDeal('Zoë Quill'))?.name).toMatch(/^Zoë Quill, /);
});

it('deals stand in several stages from the start', () => {
  seedDeals({ kommo, customerio });
  expect(new Set(kommo.deals().map(({ stage }) => stage)).size).toBeGreaterThan(4);
});
