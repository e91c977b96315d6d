import { expect } from 'vitest';
import type { Scenario, Scene, Step } from '../support/scene.ts';
import {
  ANN,
  ANNS,
  byContactId,
  contact,
  DAY,
  DEAL,
  deal,
  identifyBySdk,
  move,
  neighboursUntil,
  SECOND,
  stages,
  step,
  T,
  wait,
} from './common.ts';

/** What is sent late meets what others have written meanwhile. */

const RULE =
  /Sent \d+ (minutes|hours|days?) after Kommo was read, with the time of the reading: Customer\.io keeps an attribute that somebody else has set since then\./;

const scenario = neighboursUntil(T + 3_600, T + 7_200);

/** Customer.io cannot be reached from one time to another; others can for a moment. */
const outage = (from: number, until: number, meanwhile?: (scene: Scene) => unknown): Step[] => [
  step(from, (scene) => {
    scene.customerio.faults.add({ kind: 'status', status: 503, match: { path: /./ } });
    scene.blocked = true;
  }),
  ...(meanwhile
    ? [
        step(until - 30, async (scene) => {
          scene.customerio.faults.clear();
          await meanwhile(scene);
          scene.customerio.faults.add({ kind: 'status', status: 503, match: { path: /./ } });
        }),
      ]
    : []),
  step(until, (scene) => {
    scene.customerio.faults.clear();
    scene.blocked = false;
  }),
];

const attributesOf = ({ customerio }: Scene, name = ANNS) => customerio.person(name)!.attributes;

export const lateWrites: Scenario[] = [
  scenario(
    '39',
    'an event that is late by a day keeps the time of its stage change, once, and the trace says how late it is',
    [
      ...outage(T - 1, T + DAY, (scene) => identifyBySdk(scene, ANNS, { plan: 'Basic' })),
      move(T, stages.onboarding),
      wait(T + DAY + 3_600),
      wait(T + DAY + 7_200),
    ],
    async (scene) => {
      const [event, ...more] = scene.customerio.events('onboarding_started');
      expect(more).toEqual([]);
      expect(event!.timestamp).toBe(T);
      expect(attributesOf(scene)).toMatchObject({ plan: 'Basic', deal_amount: 900 });
      expect(await scene.trace(DEAL)).toMatch(RULE);
    },
    {
      setUp({ kommo }) {
        kommo.load({ leads: [deal()], contacts: [contact()] });
        kommo.updateDeal(DEAL, { fields: { Plan: 'Pro' } });
      },
    },
  ),
  scenario(
    '39',
    'the newer writer is Kommo itself: what was set last is what Customer.io has',
    [
      ...outage(T - 1, T + 300),
      move(T, stages.onboarding),
      step(T + 60, ({ kommo }) => kommo.updateDeal(DEAL, { price: 1_200 })),
      step(T + 120, ({ kommo }) => kommo.updateDeal(DEAL, { price: 1_500, fields: { Plan: 'Basic' } })),
    ],
    (scene) => expect(attributesOf(scene)).toMatchObject({ deal_amount: 1_500, plan: 'Basic' }),
  ),
  scenario(
    '39',
    'the newer writer changes name and phone, and the late identify brings back neither',
    [
      ...outage(T - 1, T + 300, (scene) =>
        identifyBySdk(scene, ANNS, { first_name: 'Anna', phone: '+37120000001' }),
      ),
      move(T, stages.onboarding),
    ],
    (scene) =>
      expect(attributesOf(scene)).toMatchObject({
        first_name: 'Anna',
        phone: '+37120000001',
        deal_amount: 900,
      }),
    {
      setUp: ({ kommo }) => {
        kommo.load({ leads: [deal()], contacts: [contact()] });
        kommo.updateContact(ANN, { phone: '+37120000000' });
      },
    },
  ),
  scenario(
    '39',
    'the newer writer has unsubscribed the client, and the late identify does not subscribe anybody',
    [
      ...outage(T - 1, T + 300, (scene) => identifyBySdk(scene, ANNS, { unsubscribed: true })),
      move(T, stages.onboarding),
    ],
    ({ customerio }) => expect(customerio.person(ANNS)!.unsubscribed).toBe(true),
  ),
  scenario(
    '39',
    'with contact ids the same rule holds',
    [
      ...outage(T - 1, T + 300, (scene) =>
        identifyBySdk(scene, '501', { company: 'Acme Ltd', segment: 'A' }),
      ),
      step(T, ({ kommo }) => kommo.updateDeal(DEAL, { fields: { Segment: 'B' } })),
      move(T + 1, stages.onboarding),
    ],
    async (scene) => {
      expect(attributesOf(scene, '501')).toMatchObject({ segment: 'A', deal_amount: 900 });
      expect(await scene.trace(DEAL)).toMatch(RULE);
    },
    { config: byContactId },
  ),
  scenario(
    '39',
    'two deals of one client: the late one does not take the attributes back from the one that changed since',
    [
      ...outage(T - 1, T + 300),
      move(T, stages.onboarding),
      step(T + 30, ({ kommo }) => kommo.updateDeal(SECOND, { price: 70 })),
      move(T + 60, stages.demo, SECOND),
    ],
    (scene) => expect(attributesOf(scene)).toMatchObject({ kommo_deal_id: SECOND, deal_amount: 70 }),
    { setUp: ({ kommo }) => kommo.load({ leads: [deal(), deal({ id: SECOND })], contacts: [contact()] }) },
  ),
  scenario(
    '39',
    'a late change of a single field loses to the newer writer, too, and the trace says so',
    [
      ...outage(T - 1, T + 300, (scene) => identifyBySdk(scene, ANNS, { segment: 'from the product' })),
      step(T, ({ kommo }) => kommo.updateDeal(DEAL, { fields: { Segment: 'from Kommo' } })),
    ],
    async (scene) => {
      expect(attributesOf(scene).segment).toBe('from the product');
      expect(await scene.trace(DEAL)).toMatch(RULE);
    },
  ),
  scenario(
    '39',
    'a newer writer of before the reading gives way',
    [
      step(T - 60, (scene) => identifyBySdk(scene, ANNS, { segment: 'from the product' })),
      step(T, ({ kommo }) => kommo.updateDeal(DEAL, { fields: { Segment: 'from Kommo' } })),
    ],
    (scene) => expect(attributesOf(scene).segment).toBe('from Kommo'),
  ),
  scenario(
    '39',
    'Customer.io processes what it has accepted in another order: the last state is the last one of Kommo',
    [
      step(T, ({ kommo }) => kommo.updateDeal(DEAL, { price: 1 })),
      step(T + 2, ({ kommo }) => kommo.updateDeal(DEAL, { price: 2 })),
      step(T + 4, ({ kommo }) => kommo.updateDeal(DEAL, { price: 3 })),
      step(T + 6, ({ kommo }) => kommo.updateDeal(DEAL, { price: 4 })),
    ],
    (scene) => expect(attributesOf(scene).deal_amount).toBe(4),
    { customerio: { processingLagMs: 20, processingJitterMs: 400 } },
  ),
  scenario(
    '39',
    'an event that Customer.io gets too late to start a campaign says so on the trace',
    [
      ...outage(T - 1, T + 80 * 3_600),
      move(T, stages.onboarding),
      wait(T + 80 * 3_600 + 3_600),
      wait(T + 80 * 3_600 + 7_200),
    ],
    async (scene) => {
      expect(scene.customerio.events('onboarding_started')).toHaveLength(1);
      expect(await scene.trace(DEAL)).toMatch(
        /Sent \d+ hours after it happened: Customer\.io starts no campaign for an event older than 72 hours\./,
      );
    },
  ),
  ...([undefined, byContactId] as const).map((config) =>
    scenario(
      '39',
      `an email that changes while Customer.io is down is one person’s when it is back, identified by ${config ? 'contact id' : 'email'}`,
      [
        move(T - 3_600, stages.demo),
        ...outage(T - 1, T + 300),
        step(T, ({ kommo }) => kommo.updateContact(ANN, { email: 'ann@new.example' })),
        move(T + 60, stages.onboarding),
      ],
      ({ customerio }) => {
        expect(customerio.people().map(({ email }) => email)).toEqual(['ann@new.example']);
        expect(customerio.events('onboarding_started')).toHaveLength(1);
      },
      config ? { config } : {},
    ),
  ),
];
