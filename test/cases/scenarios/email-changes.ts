import { expect } from 'vitest';
import type { ConnectionYaml, Scenario, Scene, Step } from '../support/scene.ts';
import {
  ANN,
  ANNS,
  annsDeal,
  BO,
  BOS,
  byContactId,
  contact,
  DEAL,
  deal,
  identifyBySdk,
  keep,
  move,
  neighboursUntil,
  noteTexts,
  personReport,
  SECOND,
  stages,
  statusOf,
  step,
  T,
  taskTexts,
  wait,
} from './common.ts';

/** Neighbours of the cases 29, 35, 36, 39 and 45: emails that change, go, come back, or belong to somebody else. */

const NEW = 'ann@new.example';

const setEmail = (at: number, id: number, email: string | string[] | null): Step =>
  step(at, ({ kommo }) => kommo.updateContact(id, { email }));

/** Email and first name of each profile. */
const profiles = ({ customerio }: Scene) =>
  customerio
    .people()
    .map(({ email, attributes }) => [email, attributes.first_name])
    .sort();

const withoutAppKey = (connection: ConnectionYaml) => {
  delete connection.customerio.app_key;
};

const twoClients = ({ kommo }: Scene): void =>
  kommo.load({
    leads: [deal(), deal({ id: SECOND, contacts: [BO] })],
    contacts: [contact(), contact(BO, 'Bo Berg', BOS)],
  });

const alone = neighboursUntil(T + 1_000, T + 1_600, T + 2_400);

/** Ann and Bo have been sent an hour before T, each with a deal. */
const withBo = (
  number: string,
  title: string,
  steps: Step[],
  check: Scenario['check'],
  config?: Scenario['config'],
): Scenario =>
  alone(number, title, [move(T - 3_600, stages.demo, SECOND), ...steps], check, {
    ...(config ? { config } : {}),
    setUp: twoClients,
  });

const swap = [setEmail(T, ANN, BOS), setEmail(T + 5, BO, ANNS)];
const afterSwap = [move(T + 300, stages.onboarding), move(T + 300, stages.onboarding, SECOND)];

const eventsOf = ({ customerio }: Scene, name: string) =>
  customerio.person(name)?.events.map((event) => event.name);

export const emailChanges: Scenario[] = [
  ...(
    [
      ['with an App API key', undefined],
      ['without one', withoutAppKey],
    ] as const
  ).map(([which, config]) =>
    withBo(
      '29',
      `two people who swap their addresses stay two, each with the name that belongs to it, ${which}`,
      [...swap, ...afterSwap],
      (scene) => {
        expect(profiles(scene)).toEqual([
          [ANNS, 'Bo'],
          [BOS, 'Ann'],
        ]);
        expect(scene.customerio.events('onboarding_started')).toHaveLength(2);
      },
      config,
    ),
  ),
  withBo(
    '29',
    'with contact ids two people who swap their addresses stay two people',
    [...swap, ...afterSwap],
    (scene) => {
      const ids = scene.customerio.people().map(({ id, attributes }) => [id, attributes.first_name]);
      expect(ids.sort()).toEqual([
        ['501', 'Ann'],
        ['502', 'Bo'],
      ]);
    },
    byContactId,
  ),
  withBo(
    '29',
    'an opt-out of the address that another living person takes over counts for both, and no profiles are merged',
    [
      personReport(T - 600, 'unsubscribed', ANNS),
      setEmail(T, ANN, NEW),
      setEmail(T + 200, BO, ANNS),
      move(T + 600, stages.onboarding, SECOND),
    ],
    (scene) => {
      expect(scene.customerio.person(NEW)).toMatchObject({ unsubscribed: true });
      expect(scene.customerio.person(ANNS)?.attributes.first_name).toBe('Bo');
      expect(statusOf(scene)).toBe('unsubscribed');
    },
  ),
  withBo(
    '29',
    'an email that changes to the address of another living person makes no merge of their profiles',
    [setEmail(T, ANN, BOS), move(T + 300, stages.onboarding)],
    async (scene) => {
      expect(
        scene.customerio
          .people()
          .map(({ email }) => email)
          .sort(),
      ).toEqual([ANNS, BOS]);
      expect(await scene.trace(DEAL)).toContain('several contacts in Kommo have these addresses');
    },
  ),
  withBo(
    '29',
    'who took the address of another living person by mistake is herself again after the correction',
    [setEmail(T, ANN, BOS), setEmail(T + 300, ANN, ANNS), personReport(T + 600, 'unsubscribed', ANNS)],
    (scene) => {
      expect(statusOf(scene)).toBe('unsubscribed');
      expect(
        scene.customerio
          .people()
          .map(({ email }) => email)
          .sort(),
      ).toEqual([ANNS, BOS]);
    },
  ),
  ...[
    'ANN@ACME.EXAMPLE',
    ' ann@acme.example',
    'Ann <ann@acme.example>',
    'mailto:ann@acme.example',
    'ann@acme.example, ann@home.example',
  ].map((email) =>
    alone(
      '29',
      `another spelling is no change: ${JSON.stringify(email)}`,
      [keep(T - 1, 'calls', ({ customerio }) => customerio.trackRate.requests), setEmail(T, ANN, email)],
      (scene) => {
        expect(scene.customerio.people().map((person) => person.email)).toEqual([ANNS]);
        expect(scene.customerio.trackRate.requests).toBe(scene.seen.calls);
      },
    ),
  ),
  alone(
    '29',
    'changed and changed back within a second: one person, nothing merged',
    [setEmail(T, ANN, NEW), setEmail(T, ANN, ANNS), move(T + 300, stages.onboarding)],
    (scene) => {
      expect(scene.customerio.people().map(({ email }) => email)).toEqual([ANNS]);
      expect(eventsOf(scene, ANNS)).toEqual(['demo_scheduled', 'onboarding_started']);
    },
    { config: withoutAppKey },
  ),
  alone(
    '29',
    'three addresses one after the other are one profile',
    [setEmail(T, ANN, NEW), setEmail(T + 200, ANN, 'ann@third.example'), move(T + 600, stages.onboarding)],
    (scene) => {
      expect(scene.customerio.people().map(({ email }) => email)).toEqual(['ann@third.example']);
      expect(eventsOf(scene, 'ann@third.example')).toEqual(['demo_scheduled', 'onboarding_started']);
    },
    { config: withoutAppKey },
  ),
  ...(
    [
      ['before', T - 600],
      ['after', T + 600],
    ] as const
  ).map(([when, at]) =>
    alone(
      '29',
      `an opt-out of the old address ${when} the change is the new one’s, without an App API key`,
      [setEmail(T, ANN, NEW), personReport(at, 'unsubscribed', ANNS)],
      (scene) => {
        expect(statusOf(scene)).toBe('unsubscribed');
        expect(scene.customerio.person(NEW)?.unsubscribed).toBe(true);
      },
      { config: withoutAppKey },
    ),
  ),
  alone(
    '29',
    'an opt-out of before the change that arrives after it counts for the new address',
    [setEmail(T, ANN, NEW), personReport(T + 600, 'unsubscribed', ANNS, { timestamp: T - 60 })],
    (scene) => {
      expect(statusOf(scene)).toBe('unsubscribed');
      expect(scene.customerio.person(NEW)?.unsubscribed).toBe(true);
    },
  ),
  alone(
    '29',
    'an open of the old address after the change stops the timer',
    [
      move(T - 1_800, stages.won),
      setEmail(T, ANN, NEW),
      personReport(T + 300, 'opened', ANNS),
      wait(T + 6 * 86_400),
      wait(T + 6 * 86_400 + 600),
    ],
    (scene) => {
      expect(taskTexts(scene)).toEqual([]);
      expect(noteTexts(scene)).toContain('Client opened email (Welcome)');
    },
  ),
  alone(
    '29',
    'a second address is added and the first removed later: one profile throughout',
    [setEmail(T, ANN, [ANNS, NEW]), setEmail(T + 200, ANN, NEW), move(T + 600, stages.onboarding)],
    (scene) => expect(scene.customerio.people().map(({ email }) => email)).toEqual([NEW]),
  ),
  alone(
    '29',
    'with contact ids and a workspace that takes no email by id the profile gets the new email all the same',
    [setEmail(T, ANN, NEW)],
    (scene) => expect(scene.customerio.people().map(({ id, email }) => [id, email])).toEqual([['501', NEW]]),
    { config: byContactId, customerio: { allowEmailUpdateById: false } },
  ),
  alone(
    '29',
    'without an App API key and with contact ids the trace says that the email may not be taken',
    [setEmail(T, ANN, NEW)],
    async (scene) => expect(await scene.trace(DEAL)).toContain('allows updates of the email by ID'),
    {
      config: (connection) => {
        byContactId(connection);
        withoutAppKey(connection);
      },
    },
  ),

  alone(
    '35',
    'the first email of a client belongs to another profile: a warning, and the next note claims nothing',
    [setEmail(T, ANN, ANNS), wait(T + 400), wait(T + 800), move(T + 900, stages.onboarding)],
    async (scene) => {
      expect(await scene.trace(DEAL)).toContain(
        `Customer.io refused the email ${ANNS}: it belongs to another profile.`,
      );
      expect(noteTexts(scene).at(-1)).toBe(
        "Customer.io has the event onboarding_started, but has refused the client's email. The campaign may go to an earlier address, or to none.",
      );
      const owner = scene.customerio.person('u_9001');
      expect([owner?.email, owner?.attributes.first_name]).toEqual([ANNS, 'Somebody']);
    },
    {
      config: byContactId,
      async setUp(scene) {
        scene.kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Ann Lee', null)] });
        await identifyBySdk(scene, 'u_9001', { email: ANNS, first_name: 'Somebody' });
      },
    },
  ),
  alone(
    '35',
    'a refused email that becomes free is taken with the next change, and notes are as ever',
    [
      setEmail(T, ANN, NEW),
      step(T + 300, (scene) => removePerson(scene, 'u_9001')),
      step(T + 320, ({ kommo }) => kommo.updateContact(ANN, { phone: '+37120000000' })),
      move(T + 900, stages.onboarding),
    ],
    (scene) => {
      expect(scene.customerio.person('501')?.email).toBe(NEW);
      expect(noteTexts(scene).at(-1)).toBe('Onboarding email campaign launched in Customer.io');
    },
    {
      config: byContactId,
      async setUp(scene) {
        annsDeal(scene);
        await identifyBySdk(scene, 'u_9001', { email: NEW });
      },
    },
  ),
  alone(
    '35',
    'a refused email that is changed to a free one is forgotten',
    [setEmail(T, ANN, NEW), setEmail(T + 300, ANN, 'ann@third.example'), move(T + 600, stages.onboarding)],
    (scene) => {
      expect(scene.customerio.person('501')?.email).toBe('ann@third.example');
      expect(noteTexts(scene).at(-1)).toBe('Onboarding email campaign launched in Customer.io');
    },
    {
      config: byContactId,
      async setUp(scene) {
        annsDeal(scene);
        await identifyBySdk(scene, 'u_9001', { email: NEW });
      },
    },
  ),
  alone(
    '35',
    'with email as the identity the other profile is the person, and nothing is refused',
    [setEmail(T, ANN, NEW), move(T + 600, stages.onboarding)],
    (scene) => {
      expect(scene.customerio.person(NEW)?.id).toBe('u_9001');
      expect(eventsOf(scene, NEW)).toContain('onboarding_started');
    },
    {
      async setUp(scene) {
        annsDeal(scene);
        await identifyBySdk(scene, 'u_9001', { email: NEW });
      },
    },
  ),

  ...[true, false].map(
    (isSent): Scenario => ({
      case: '36',
      title: `a report about the product’s user 501 leaves the deal of contact 501 alone (${isSent ? 'sent before' : 'not sent yet'})`,
      isVariant: true,
      config(connection) {
        byContactId(connection);
        connection.person.id_prefix = 'kommo-';
      },
      async setUp(scene) {
        annsDeal(scene);
        await identifyBySdk(scene, '501', { email: 'bob@other.example', first_name: 'Bob' });
      },
      steps: [
        ...(isSent ? [move(T - 3_600, stages.demo)] : []),
        personReport(T + 60, 'unsubscribed', '501'),
        personReport(T + 120, 'opened', '501'),
        wait(T + 600),
        wait(T + 1_200),
      ],
      check(scene) {
        expect(statusOf(scene)).toBeUndefined();
        expect(taskTexts(scene)).toEqual([]);
        expect(noteTexts(scene).filter((text) => text.startsWith('Client'))).toEqual([]);
      },
    }),
  ),
  {
    case: '36',
    title:
      'without a prefix a report of another email under the contact’s number is not the client’s before she was sent',
    isVariant: true,
    config: byContactId,
    async setUp(scene) {
      annsDeal(scene);
      await identifyBySdk(scene, '501', { email: 'bob@other.example', first_name: 'Bob' });
    },
    steps: [
      personReport(T + 60, 'opened', '501'),
      personReport(T + 90, 'unsubscribed', '501'),
      wait(T + 600),
    ],
    check: (scene) => {
      expect(noteTexts(scene)).toEqual([]);
      expect(statusOf(scene)).toBeUndefined();
    },
  },
  {
    case: '36',
    title: 'a prefix with the same beginning as the product’s ids keeps both apart, in events too',
    isVariant: true,
    config(connection) {
      byContactId(connection);
      connection.person.id_prefix = '5';
    },
    async setUp(scene) {
      annsDeal(scene);
      await identifyBySdk(scene, '501', { email: 'bob@other.example', first_name: 'Bob' });
    },
    steps: [move(T + 1, stages.demo), personReport(T + 60, 'opened', '501'), wait(T + 600)],
    check(scene) {
      expect(eventsOf(scene, '5501')).toEqual(['demo_scheduled']);
      expect(eventsOf(scene, '501')).toEqual([]);
      expect(noteTexts(scene).filter((text) => text.startsWith('Client'))).toEqual([]);
    },
  },

  ...(
    [
      ['-', '-'],
      ['no email', 'no email'],
      ['deleted', 'x@'],
      ['nothing', null],
      ['a space', ' '],
    ] as const
  ).map(([name, value]) =>
    alone(
      '45',
      `an email that is replaced by ${name} is cleared at Customer.io, by contact id`,
      [setEmail(T, ANN, value)],
      (scene) => expect(scene.customerio.person('501')?.email ?? null).toBeNull(),
      { config: byContactId },
    ),
  ),
  ...(['removes', 'ignored'] as const).map((emptyEmail) =>
    alone(
      '45',
      `the trace says that the email is removed, whether Customer.io does it or not (${emptyEmail})`,
      [setEmail(T, ANN, null)],
      async (scene) => {
        expect(scene.customerio.person('501')?.email).toBe(emptyEmail === 'removes' ? null : ANNS);
        expect(await scene.trace(DEAL)).toContain(
          `Ann Lee has no email in Kommo any more, so ${ANNS} is removed from the person in Customer.io (person.when_email_removed). If Customer.io still shows it there, remove it by hand.`,
        );
      },
      { config: byContactId, customerio: { switches: { emptyEmail } } },
    ),
  ),
  alone(
    '45',
    'an email that is removed and put back is the person’s again',
    [
      setEmail(T, ANN, null),
      keep(T + 200, 'removed', ({ customerio }) => customerio.person('501')?.email ?? null),
      setEmail(T + 300, ANN, ANNS),
    ],
    (scene) => {
      expect(scene.seen.removed).toBeNull();
      expect(scene.customerio.person('501')?.email).toBe(ANNS);
      expect(scene.customerio.people()).toHaveLength(1);
    },
    { config: byContactId },
  ),
  alone(
    '45',
    'who was unsubscribed because the email was removed stays so when it is put back',
    [setEmail(T, ANN, null), setEmail(T + 300, ANN, ANNS), move(T + 600, stages.onboarding)],
    (scene) => expect(scene.customerio.person('501')).toMatchObject({ email: ANNS, unsubscribed: true }),
    {
      config: (connection) => {
        byContactId(connection);
        connection.person.when_email_removed = 'unsubscribe';
      },
    },
  ),
  alone(
    '45',
    'the first of two emails is removed: the second one is the person’s',
    [setEmail(T, ANN, [ANNS, NEW]), setEmail(T + 200, ANN, [NEW])],
    (scene) => expect(scene.customerio.people().map(({ id, email }) => [id, email])).toEqual([['501', NEW]]),
    { config: byContactId },
  ),
  alone(
    '45',
    'the second of two emails is removed: nothing changes',
    [setEmail(T, ANN, [ANNS, NEW]), setEmail(T + 200, ANN, [ANNS])],
    (scene) => expect(scene.customerio.people().map(({ email }) => email)).toEqual([ANNS]),
  ),
  alone(
    '45',
    'a removal that no webhook reports is found in the history',
    [
      step(T - 10, ({ kommo }) => kommo.removeHook(kommo.hooks()[0]!.destination)),
      setEmail(T, ANN, null),
      wait(T + 400),
      wait(T + 700),
    ],
    (scene) => expect(scene.customerio.person('501')?.email ?? null).toBeNull(),
    { config: byContactId },
  ),
  alone(
    '45',
    'a move of a client without email sends the event by contact id, and the note says that no email goes out',
    [setEmail(T, ANN, null), move(T + 300, stages.onboarding)],
    (scene) => {
      expect(eventsOf(scene, '501')).toEqual(['demo_scheduled', 'onboarding_started']);
      expect(noteTexts(scene).at(-1)).toMatch(/gets no email/);
    },
    { config: byContactId },
  ),
  alone(
    '45',
    'a move waits for the email where it is the identity, and is sent when it is put back',
    [setEmail(T, ANN, null), move(T + 300, stages.onboarding), setEmail(T + 900, ANN, ANNS)],
    (scene) => expect(eventsOf(scene, ANNS)).toEqual(['demo_scheduled', 'onboarding_started']),
  ),
  alone(
    '45',
    'a removed email and another contact with it: the profile stays the other one’s',
    [
      setEmail(T, ANN, null),
      step(T + 200, ({ kommo }) => kommo.createContact({ name: 'Bo Berg', email: ANNS, id: 900 })),
    ],
    (scene) => expect(scene.customerio.people().map(({ email }) => email)).toEqual([ANNS]),
  ),
];

/** What the product does by the Track API. */
async function removePerson({ customerio }: Scene, id: string): Promise<void> {
  const { siteId, apiKey } = customerio.credentials;
  const authorization = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  await fetch(`${customerio.url}/api/v1/customers/${id}`, { method: 'DELETE', headers: { authorization } });
}
