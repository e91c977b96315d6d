import { expect } from 'vitest';
import type { Scenario, Scene } from '../support/scene.ts';
import { ANNS, annsDeal, move, noteTexts, stages, statusOf, step, T, taskTexts, wait } from './common.ts';

/** Neighbours of case 34: reports of over a megabyte, in every place and with every content. */

const MEGABYTE = 1_048_576;

type Body = Record<string, unknown> & { data: Record<string, unknown> };

const unsubscribed = (data: Record<string, unknown>, more: Record<string, unknown> = {}): Body => ({
  ...more,
  event_id: '01KB9ZZZZZ0000000000000341',
  object_type: 'email',
  metric: 'unsubscribed',
  timestamp: T,
  data: {
    ...data,
    identifiers: { id: ANNS, email: ANNS, cio_id: 'd9c106000001' },
    customer_id: ANNS,
    delivery_id: 'D341',
    recipient: ANNS,
    subject: 'Welcome',
  },
});

const large = (
  title: string,
  body: Body,
  check: Scenario['check'] = isOptOut,
  config?: Scenario['config'],
): Scenario => ({
  case: '34',
  title,
  isVariant: true,
  setUp: annsDeal,
  ...(config && { config }),
  steps: [
    move(T - 3_600, stages.demo),
    step(T, async (scene) => {
      scene.seen.status = await scene.report(body);
    }),
    wait(T + 600),
  ],
  check(scene) {
    expect(scene.seen.status).toBe(200);
    return check(scene);
  },
});

const isOptOut = (scene: Scene): void =>
  expect([statusOf(scene), taskTexts(scene).length]).toEqual(['unsubscribed', 1]);

const emoji = '😀'.repeat(MEGABYTE / 4);

export const largeReports: Scenario[] = [
  large('emoji where the text is cut', unsubscribed({ content: `a${emoji}` })),
  large(
    'letters of three bytes where the text is cut',
    unsubscribed({ content: `ab${'語'.repeat(500_000)}` }),
  ),
  large('escapes and quotes where the text is cut', unsubscribed({ content: '"\\\u0001'.repeat(400_000) })),
  large('many long texts before the person', {
    ...unsubscribed({
      ...Object.fromEntries(
        ['content', 'body', 'body_plain', 'body_amp', 'preheader', 'html', 'text', 'raw'].map((name) => [
          name,
          'x'.repeat(200_000),
        ]),
      ),
    }),
  }),
  large(
    'ten thousand values before the person',
    unsubscribed(
      Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`attribute_${n}`, 'x'.repeat(120)])),
    ),
  ),
  large(
    'ten thousand values before the name of the report',
    unsubscribed(
      {},
      Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`v_${n}`, 'x'.repeat(120)])),
    ),
  ),
  large(
    'lists and objects before the person',
    unsubscribed({ headers: Array(100_000).fill({ a: ['x', { b: 1 }] }) }),
  ),
  large(
    'a long subject',
    (() => {
      const body = unsubscribed({});
      body.data.subject = `Welcome ${emoji}`;
      return body;
    })(),
  ),
  large(
    'a long failure message of a bounce',
    (() => {
      const body = unsubscribed({ failure_message: `550 no such user ${emoji}` });
      return { ...body, metric: 'bounced' };
    })(),
    (scene) => {
      expect(statusOf(scene)).toBe('bounced');
      expect(taskTexts(scene)).toHaveLength(1);
    },
  ),
  large(
    'fifty thousand recipients, the client among the last',
    (() => {
      const body = unsubscribed({ failure_message: '550 no such user' });
      body.data.recipient = [
        ...Array.from({ length: 50_000 }, (_, n) => `person${n}@other.example`),
        ANNS,
      ].join(', ');
      return { ...body, metric: 'bounced' };
    })(),
    (scene) => expect(statusOf(scene)).toBe('bounced'),
  ),
  large(
    'three hundred recipients, the client the last',
    (() => {
      const body = unsubscribed({});
      body.data.recipient = [...Array.from({ length: 300 }, (_, n) => `person${n}@other.example`), ANNS].join(
        ', ',
      );
      return { ...body, metric: 'opened' };
    })(),
    (scene) => expect(noteTexts(scene)).toContain('Client opened email (Welcome)'),
  ),
  large(
    'preferences as an object',
    {
      ...unsubscribed({
        padding: 'x'.repeat(1_200_000),
        content: { topics: { topic_1: false, topic_2: false, topic_3: false } },
        email_address: ANNS,
      }),
      object_type: 'customer',
      metric: 'cio_subscription_preferences_changed',
    },
    isOptOut,
    (connection) => {
      delete connection.customerio.app_key;
    },
  ),
  large('of nearly 16 MB', unsubscribed({ content: 'é'.repeat(7_990_000) })),
  large(
    'names and identifiers as objects',
    unsubscribed({ content: 'x'.repeat(1_200_000), subject: { a: 'b' } }),
  ),
];
