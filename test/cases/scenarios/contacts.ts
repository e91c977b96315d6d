import { expect } from 'vitest';
import type { KommoSimulator } from '../../../simulators/kommo/index.ts';
import type { ConnectionYaml, Scenario, Scene, Step } from '../support/scene.ts';
import {
  ANN,
  ANNS,
  BO,
  BOS,
  bo,
  byContactId,
  contact,
  DAY,
  DEAL,
  deal,
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

/** Neighbours of the cases 25, 43 and 44: contacts that are merged, deleted, replaced, or share a deal. */

const CY = 503;
const LEES = 'ann.lee@acme.example';

const lee = contact(BO, 'Ann Lee', LEES);

const sentTo = ({ customerio }: Scene, email: string) =>
  customerio.person(email)?.events.map(({ name }) => name) ?? [];
const openNotes = (scene: Scene, id = DEAL) =>
  noteTexts(scene, id).filter((text) => text.startsWith('Client opened'));

const neighbour = neighboursUntil(T + 2_500, T + 4_000);

interface Parts extends Partial<Scenario> {
  linked?: number[];
  contacts?: ReturnType<typeof contact>[];
}

const scenario = (
  number: string,
  title: string,
  { linked = [ANN], contacts = [contact(), bo], ...parts }: Parts,
  steps: Step[],
  check: Scenario['check'],
): Scenario =>
  neighbour(number, title, steps, check, {
    setUp: ({ kommo }) => kommo.load({ leads: [deal({ contacts: linked })], contacts }),
    ...parts,
  });

/** No webhook reports what is done. */
function withoutWebhooks(kommo: KommoSimulator, act: () => void): void {
  const { destination } = kommo.hooks()[0]!;
  kommo.disableHook(destination);
  act();
  kommo.enableHook(destination);
}

const merge = (survivor: number, gone: number) => step(T, ({ kommo }) => kommo.mergeContacts(survivor, gone));

const merged = (title: string, parts: Parts, steps: Step[], check: Scenario['check']): Scenario =>
  scenario('25', title, { contacts: [contact(), lee], ...parts }, steps, check);

function allContacts(connection: ConnectionYaml): void {
  connection.person.contacts = 'all';
  for (const metric of ['email_unsubscribed', 'email_bounced'])
    connection.reactions[metric].task.text = '{{ contact.first_name }}: {{ recipient }}';
  connection.reactions.email_opened.note = '{{ contact.first_name }} opened';
}

function namesInTexts(connection: ConnectionYaml): void {
  allContacts(connection);
  connection.person.contacts = 'main';
}

/** Bo takes Ann's place. */
const replace = (at: number): Step =>
  step(at, ({ kommo }) => {
    kommo.linkContact(DEAL, BO, { isMain: true });
    kommo.unlinkContact(DEAL, ANN);
  });

const settings = { email_address: ANNS, recipient: undefined, delivery_id: undefined, subject: undefined };

export const contactChanges: Scenario[] = [
  merged(
    'an opt-out of before the merge shows on the survivor’s other deal',
    {
      setUp: ({ kommo }) =>
        kommo.load({ leads: [deal(), deal({ id: SECOND, contacts: [BO] })], contacts: [contact(), lee] }),
    },
    [move(T - 3_500, stages.onboarding, SECOND), personReport(T - 600, 'unsubscribed', ANNS), merge(BO, ANN)],
    (scene) => {
      expect([statusOf(scene), statusOf(scene, SECOND)]).toEqual(['unsubscribed', 'unsubscribed']);
      expect(taskTexts(scene).length + taskTexts(scene, SECOND).length).toBe(1);
    },
  ),
  merged(
    'an opt-out for the address that is gone, after the merge, shows on every deal',
    {
      setUp: ({ kommo }) =>
        kommo.load({ leads: [deal(), deal({ id: SECOND, contacts: [BO] })], contacts: [contact(), lee] }),
    },
    [move(T - 3_500, stages.onboarding, SECOND), merge(BO, ANN), personReport(T + 600, 'unsubscribed', ANNS)],
    (scene) => {
      expect([statusOf(scene), statusOf(scene, SECOND)]).toEqual(['unsubscribed', 'unsubscribed']);
      expect(taskTexts(scene).length + taskTexts(scene, SECOND).length).toBe(1);
    },
  ),
  merged(
    'the survivor without an email takes the one of the contact that is gone',
    { contacts: [contact(), contact(BO, 'Ann Lee', null)] },
    [merge(BO, ANN), move(T + 600, stages.onboarding), personReport(T + 900, 'opened', ANNS)],
    (scene) => {
      expect(sentTo(scene, ANNS)).toEqual(['demo_scheduled', 'onboarding_started']);
      expect(openNotes(scene)).toHaveLength(1);
      expect(scene.customerio.people()).toHaveLength(1);
    },
  ),
  merged(
    'the contact of the deal survives',
    {},
    [merge(ANN, BO), move(T + 600, stages.onboarding), personReport(T + 900, 'opened', ANNS)],
    (scene) => {
      expect(sentTo(scene, ANNS)).toEqual(['demo_scheduled', 'onboarding_started']);
      expect(openNotes(scene)).toHaveLength(1);
      expect(scene.customerio.people()).toHaveLength(1);
    },
  ),
  merged(
    'both contacts of one deal are merged: one event, one person, one opt-out',
    { linked: [ANN, BO], config: allContacts },
    [
      merge(BO, ANN),
      move(T + 600, stages.onboarding),
      personReport(T + 900, 'unsubscribed', ANNS),
      personReport(T + 1_000, 'unsubscribed', LEES),
    ],
    (scene) => {
      expect(scene.customerio.events('onboarding_started')).toHaveLength(1);
      expect(scene.customerio.people()).toHaveLength(1);
      expect([statusOf(scene), taskTexts(scene).length]).toEqual(['unsubscribed', 1]);
    },
  ),
  merged(
    'three contacts are merged one after the other: every address finds the deal',
    { contacts: [contact(), lee, contact(CY, 'A Lee', 'cy@acme.example')] },
    [
      merge(BO, ANN),
      step(T + 60, ({ kommo }) => kommo.mergeContacts(CY, BO)),
      personReport(T + 600, 'opened', ANNS),
      personReport(T + 700, 'opened', LEES),
      personReport(T + 800, 'opened', 'cy@acme.example'),
    ],
    (scene) => expect(openNotes(scene)).toHaveLength(3),
  ),
  merged(
    'the webhook of the survivor comes before the one of the deletion',
    {},
    [
      step(T, ({ kommo }) => {
        withoutWebhooks(kommo, () => {
          kommo.mergeContacts(BO, ANN);
        });
      }),
      step(T + 1, (scene) =>
        scene.hook(`contacts[update][0][id]=${BO}&contacts[update][0][type]=contact&account[id]=32100321`),
      ),
      step(T + 300, (scene) =>
        scene.hook(`contacts[delete][0][id]=${ANN}&contacts[delete][0][type]=contact&account[id]=32100321`),
      ),
      personReport(T + 900, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect([statusOf(scene), taskTexts(scene).length]).toEqual(['unsubscribed', 1]);
      expect(scene.customerio.people()).toHaveLength(1);
    },
  ),
  merged(
    'a merge of which no webhook reports anything is found by the next move',
    {},
    [
      step(T, ({ kommo }) => {
        withoutWebhooks(kommo, () => {
          kommo.mergeContacts(BO, ANN);
        });
      }),
      move(T + 600, stages.onboarding),
      personReport(T + 900, 'opened', ANNS),
    ],
    (scene) => {
      expect(scene.customerio.events('onboarding_started')).toHaveLength(1);
      expect(openNotes(scene)).toHaveLength(1);
    },
  ),
  merged(
    'a running inactivity timer goes on for the merged person, and an open of either address stops it',
    {},
    [
      move(T - 1_800, stages.won),
      merge(BO, ANN),
      personReport(T + 600, 'opened', ANNS),
      wait(T + 5 * DAY),
      wait(T + 5 * DAY + 3_600),
    ],
    (scene) => expect(taskTexts(scene)).toEqual([]),
  ),
  merged(
    'a timer of merged contacts that nobody stops runs out once',
    {
      linked: [ANN, BO],
      config: (connection) => {
        allContacts(connection);
        connection.inactivity[0].task.text = 'Reach out to {{ contact.first_name }}';
      },
    },
    [move(T - 1_800, stages.won), merge(BO, ANN), wait(T + 5 * DAY), wait(T + 5 * DAY + 3_600)],
    (scene) => expect(taskTexts(scene)).toEqual(['Reach out to Ann']),
  ),
  merged(
    'a bounce of the address that is gone leaves the survivor, who has another one',
    {},
    [
      merge(BO, ANN),
      move(T + 300, stages.onboarding),
      personReport(T + 600, 'bounced', LEES, { data: { failure_message: '550 unknown' } }),
    ],
    (scene) => expect([statusOf(scene) ?? '', taskTexts(scene).length].join()).toMatch(/^(,0|bounced,1)$/),
  ),

  scenario(
    '43',
    'an open of the second contact is told in that contact’s name',
    { linked: [ANN, BO], config: allContacts },
    [personReport(T, 'opened', BOS), personReport(T + 60, 'opened', ANNS)],
    (scene) =>
      expect(noteTexts(scene).filter((text) => text.endsWith('opened'))).toEqual(['Bo opened', 'Ann opened']),
  ),
  scenario(
    '43',
    'the second contact is told by name where contact ids are the identity and the report has no email',
    {
      linked: [ANN, BO],
      config: (connection) => {
        allContacts(connection);
        byContactId(connection);
      },
    },
    [
      personReport(T, 'unsubscribed', '502', {
        data: { identifiers: { id: '502', email: null, cio_id: null }, recipient: BOS },
      }),
    ],
    (scene) => expect(taskTexts(scene)).toEqual([`Bo: ${BOS}`]),
  ),
  scenario(
    '43',
    'the second contact is told by name with the cio_id alone',
    { linked: [ANN, BO], config: allContacts },
    [
      personReport(T - 60, 'delivered', BOS),
      step(T, (scene) =>
        scene.report({
          event_id: '01KB9ZZZZZ0000000000000431',
          object_type: 'email',
          metric: 'opened',
          timestamp: T,
          data: {
            identifiers: { id: null, email: null, cio_id: scene.customerio.person(BOS)!.cioId },
            delivery_id: 'D431',
          },
        }),
      ),
    ],
    (scene) => expect(noteTexts(scene)).toContain('Bo opened'),
  ),
  scenario(
    '43',
    'the main contact changes to the second one, and texts about either keep their names',
    { linked: [ANN, BO], config: allContacts },
    [
      step(T - 600, ({ kommo }) => kommo.linkContact(DEAL, BO, { isMain: true })),
      personReport(T, 'unsubscribed', ANNS),
      personReport(T + 60, 'unsubscribed', BOS),
    ],
    (scene) => {
      expect(taskTexts(scene)).toEqual([`Ann: ${ANNS}`, `Bo: ${BOS}`]);
      expect(statusOf(scene)).toBe('unsubscribed');
    },
  ),
  scenario(
    '43',
    'a third contact that is linked after the event is told by name when a newsletter reports it',
    {
      linked: [ANN, BO],
      config: allContacts,
      contacts: [contact(), bo, contact(CY, 'Cy Cole', 'cy@acme.example')],
    },
    [
      step(T - 600, ({ kommo }) => kommo.linkContact(DEAL, CY)),
      personReport(T, 'unsubscribed', 'cy@acme.example'),
    ],
    (scene) => expect(taskTexts(scene)).toEqual(['Cy: cy@acme.example']),
  ),
  scenario(
    '43',
    'an opt-in of one contact leaves the opt-out of the other on the deal',
    { linked: [ANN, BO], config: allContacts },
    [
      personReport(T, 'unsubscribed', BOS),
      personReport(T + 60, 'subscribed', ANNS, { objectType: 'customer', data: settings }),
    ],
    (scene) => expect([statusOf(scene), taskTexts(scene).length]).toEqual(['unsubscribed', 1]),
  ),
  scenario(
    '43',
    'both contacts opt out with one report each, and each has a task',
    { linked: [ANN, BO], config: allContacts },
    [personReport(T, 'unsubscribed', BOS), personReport(T, 'unsubscribed', ANNS)],
    (scene) => expect(taskTexts(scene).sort()).toEqual([`Ann: ${ANNS}`, `Bo: ${BOS}`]),
  ),
  scenario(
    '43',
    'the contact who opted out leaves the deal, which then shows the other one',
    { linked: [ANN, BO], config: allContacts },
    [
      personReport(T, 'unsubscribed', BOS),
      step(T + 600, ({ kommo }) => kommo.unlinkContact(DEAL, BO)),
      wait(T + 900),
    ],
    (scene) => expect(statusOf(scene) ?? '').toBe(''),
  ),
  scenario(
    '43',
    'two contacts with one address are one person: one event, one task',
    { linked: [ANN, BO], config: allContacts, contacts: [contact(), contact(BO, 'Bo Berg', ANNS)] },
    [personReport(T, 'unsubscribed', ANNS)],
    (scene) => {
      expect(scene.customerio.events('demo_scheduled')).toHaveLength(1);
      expect(taskTexts(scene)).toEqual([`Ann: ${ANNS}`]);
    },
  ),
  scenario(
    '43',
    'with contact ids two contacts with one address are two people, and each report has its name',
    {
      linked: [ANN, BO],
      contacts: [contact(), contact(BO, 'Bo Berg', ANNS)],
      config: (connection) => {
        allContacts(connection);
        byContactId(connection);
      },
    },
    [
      personReport(T, 'opened', '502', {
        data: { identifiers: { id: '502', email: ANNS, cio_id: 'd9c1060000b0' }, recipient: ANNS },
      }),
    ],
    (scene) => expect(noteTexts(scene)).toContain('Bo opened'),
  ),
  scenario(
    '43',
    'each contact’s timer runs out in that contact’s name, and an open of one stops only its own',
    {
      linked: [ANN, BO],
      config: (connection) => {
        allContacts(connection);
        connection.inactivity[0].task.text = 'Reach out to {{ contact.first_name }}';
      },
    },
    [
      move(T - 1_800, stages.won),
      personReport(T, 'opened', ANNS),
      wait(T + 5 * DAY),
      wait(T + 5 * DAY + 3_600),
    ],
    (scene) => expect(taskTexts(scene)).toEqual(['Reach out to Bo']),
  ),
  scenario(
    '43',
    'a timer whose contact has left the deal meanwhile names nobody else',
    {
      linked: [ANN, BO],
      config: (connection) => {
        allContacts(connection);
        connection.inactivity[0].task.text = 'Reach out to {{ contact.first_name }}';
      },
    },
    [
      move(T - 1_800, stages.won),
      step(T, ({ kommo }) => kommo.unlinkContact(DEAL, BO)),
      wait(T + 5 * DAY),
      wait(T + 5 * DAY + 3_600),
    ],
    (scene) => {
      expect(taskTexts(scene)).toContain('Reach out to Ann');
      expect(taskTexts(scene).filter((text) => text.endsWith('Ann'))).toHaveLength(1);
    },
  ),

  scenario(
    '44',
    'an open of the replaced contact is not the new one’s',
    { config: namesInTexts },
    [replace(T), personReport(T + 600, 'opened', ANNS)],
    (scene) => expect(noteTexts(scene)).not.toContain('Bo opened'),
  ),
  scenario(
    '44',
    'the replaced contact’s report comes before Stagepost knows of the replacement',
    { config: namesInTexts },
    [
      step(T, ({ kommo }) => {
        withoutWebhooks(kommo, () => {
          kommo.linkContact(DEAL, BO, { isMain: true });
          kommo.unlinkContact(DEAL, ANN);
        });
      }),
      personReport(T + 10, 'bounced', ANNS, { data: { failure_message: '550 unknown' } }),
      personReport(T + 20, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect(statusOf(scene) ?? '').toBe('');
      expect(taskTexts(scene).join()).not.toContain('Bo');
    },
  ),
  scenario(
    '44',
    'an opt-out of before the replacement is taken from the deal, which is about somebody else now',
    { config: namesInTexts },
    [personReport(T - 600, 'unsubscribed', ANNS), replace(T), wait(T + 300)],
    (scene) => expect(statusOf(scene) ?? '').toBe(''),
  ),
  scenario(
    '44',
    'a replaced contact that opted out and comes back shows it again, without a second task',
    { config: namesInTexts },
    [
      personReport(T - 600, 'unsubscribed', ANNS),
      replace(T),
      keep(T + 300, 'gone', (scene) => statusOf(scene) ?? ''),
      step(T + 600, ({ kommo }) => {
        kommo.linkContact(DEAL, ANN, { isMain: true });
        kommo.unlinkContact(DEAL, BO);
      }),
      wait(T + 900),
    ],
    (scene) => {
      expect(scene.seen.gone).toBe('');
      expect([statusOf(scene), taskTexts(scene)]).toEqual(['unsubscribed', [`Ann: ${ANNS}`]]);
    },
  ),
  scenario(
    '44',
    'the new main contact opted out long ago: the deal shows it with the replacement',
    {
      config: namesInTexts,
      setUp: ({ kommo }) =>
        kommo.load({ leads: [deal(), deal({ id: SECOND, contacts: [BO] })], contacts: [contact(), bo] }),
    },
    [
      move(T - 3_500, stages.demo, SECOND),
      personReport(T - 600, 'unsubscribed', BOS),
      replace(T),
      wait(T + 300),
    ],
    (scene) => expect([statusOf(scene), taskTexts(scene)]).toEqual(['unsubscribed', []]),
  ),
  scenario(
    '44',
    'the former main contact stays on the deal as the second one: its opt-out leaves the deal alone',
    { config: namesInTexts },
    [
      step(T, ({ kommo }) => kommo.linkContact(DEAL, BO, { isMain: true })),
      wait(T + 300),
      personReport(T + 600, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect(statusOf(scene) ?? '').toBe('');
      for (const text of taskTexts(scene)) expect(text).toContain(ANNS);
      expect(taskTexts(scene).join()).not.toContain('Bo');
    },
  ),
  scenario(
    '44',
    'main and second contact change places and back: the deal shows its main contact',
    { linked: [ANN, BO], config: namesInTexts },
    [
      personReport(T - 600, 'unsubscribed', ANNS),
      step(T, ({ kommo }) => kommo.linkContact(DEAL, BO, { isMain: true })),
      keep(T + 300, 'swapped', (scene) => statusOf(scene) ?? ''),
      step(T + 600, ({ kommo }) => kommo.linkContact(DEAL, ANN, { isMain: true })),
      wait(T + 900),
    ],
    (scene) => {
      expect(scene.seen.swapped).toBe('');
      expect([statusOf(scene), taskTexts(scene).length]).toEqual(['unsubscribed', 1]);
    },
  ),
  scenario(
    '44',
    'the timer of the replaced contact names nobody else when it runs out',
    {
      config: (connection) => {
        namesInTexts(connection);
        connection.inactivity[0].task.text = 'Reach out to {{ contact.first_name }}';
      },
    },
    [move(T - 1_800, stages.won), replace(T), wait(T + 5 * DAY), wait(T + 5 * DAY + 3_600)],
    (scene) => expect(taskTexts(scene)).not.toContain('Reach out to Bo'),
  ),
  scenario(
    '44',
    'an opt-out of the replaced contact shows on the contact’s own other deal',
    {
      config: namesInTexts,
      setUp: ({ kommo }) => kommo.load({ leads: [deal(), deal({ id: SECOND })], contacts: [contact(), bo] }),
    },
    [move(T - 3_500, stages.onboarding, SECOND), replace(T), personReport(T + 600, 'unsubscribed', ANNS)],
    (scene) => {
      expect([statusOf(scene) ?? '', statusOf(scene, SECOND)]).toEqual(['', 'unsubscribed']);
      expect(taskTexts(scene, SECOND)).toEqual([`Ann: ${ANNS}`]);
    },
  ),
  scenario(
    '44',
    'with contact ids a bounce of the replaced contact leaves the deal alone',
    {
      config: (connection) => {
        namesInTexts(connection);
        byContactId(connection);
      },
    },
    [replace(T), personReport(T + 600, 'bounced', '501', { data: { failure_message: '550 unknown' } })],
    (scene) => {
      expect(statusOf(scene) ?? '').toBe('');
      expect(taskTexts(scene).join()).not.toContain('Bo');
    },
  ),
  scenario(
    '44',
    'a contact that is deleted and restored is on its deal again, with its opt-out',
    { config: namesInTexts },
    [
      step(T, ({ kommo }) => kommo.deleteContact(ANN)),
      wait(T + 60),
      personReport(T + 300, 'unsubscribed', ANNS),
      step(T + 600, ({ kommo }) => {
        kommo.restoreContact(ANN);
        if (!kommo.deal(DEAL)!.contactIds.includes(ANN)) kommo.linkContact(DEAL, ANN, { isMain: true });
      }),
      move(T + 900, stages.onboarding),
    ],
    (scene) => {
      expect(statusOf(scene)).toBe('unsubscribed');
      expect(scene.customerio.people()).toHaveLength(1);
      expect(sentTo(scene, ANNS)).toEqual(['demo_scheduled', 'onboarding_started']);
    },
  ),
  scenario(
    '44',
    'the new main contact gets the next event, and the replaced one nothing more',
    { config: namesInTexts },
    [replace(T), move(T + 600, stages.onboarding)],
    (scene) => {
      expect(sentTo(scene, ANNS)).toEqual(['demo_scheduled']);
      expect(sentTo(scene, BOS)).toEqual(['onboarding_started']);
    },
  ),
];
