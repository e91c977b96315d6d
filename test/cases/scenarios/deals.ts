import { expect } from 'vitest';
import type { ConnectionYaml, Scenario, Scene, Step } from '../support/scene.ts';
import {
  ANN,
  ANNS,
  BO,
  bo,
  byContactId,
  contact,
  DEAL,
  deal,
  identifyBySdk,
  keep,
  move,
  noteTexts,
  personReport,
  SECOND,
  stages,
  statuses,
  statusOf,
  step,
  T,
  THIRD,
  taskTexts,
  wait,
} from './common.ts';

/** Which deal of a person: one that Customer.io names, one that was deleted and restored, one of several. */

const SALES = 9_621_010;

const opened = (scene: Scene, ...ids: number[]) =>
  ids.map((id) => noteTexts(scene, id).filter((text) => text.startsWith('Client opened')).length);
const sent = ({ customerio }: Scene, name = 'demo_scheduled') => customerio.events(name).length;
const attributesOf = ({ customerio }: Scene, name = ANNS) => customerio.person(name)?.attributes ?? {};

const scenario = (
  number: string,
  title: string,
  setUp: Scenario['setUp'],
  steps: Step[],
  check: Scenario['check'],
  config?: Scenario['config'],
): Scenario => ({
  case: number,
  title,
  isVariant: true,
  ...(setUp && { setUp }),
  ...(config && { config }),
  steps: [...steps, wait(T + 2_500), wait(T + 4_000)],
  check,
});

/** A person whom only the product has identified, with a deal id. */
const named =
  (dealId: unknown, identifier = ANNS): NonNullable<Scenario['setUp']> =>
  async (scene) => {
    scene.kommo.load({
      leads: [deal(), deal({ id: SECOND, contacts: [BO] })],
      contacts: [contact(), bo],
    });
    await identifyBySdk(scene, identifier, { email: ANNS, kommo_deal_id: dealId });
  };

const one = ({ kommo }: Scene) => kommo.load({ leads: [deal()], contacts: [contact()] });
const two = ({ kommo }: Scene) =>
  kommo.load({ leads: [deal(), deal({ id: SECOND })], contacts: [contact()] });

const all = (connection: ConnectionYaml) => {
  connection.person.deal = 'all';
};

export const deals: Scenario[] = [
  ...[DEAL, String(DEAL), `${DEAL}.0`, ` ${DEAL} `].map((id) =>
    scenario(
      '23',
      `the deal that Customer.io names (${JSON.stringify(id)}) gets the note of its client`,
      named(id),
      [personReport(T, 'opened', ANNS)],
      (scene) => expect(opened(scene, DEAL, SECOND)).toEqual([1, 0]),
    ),
  ),
  ...[SECOND, 999_999, -1, 0, 'Acme', '', null, 7001.5, true, [DEAL], `${DEAL},${SECOND}`].map((id) =>
    scenario(
      '23',
      `a kommo_deal_id that is not the client’s is not believed: ${JSON.stringify(id)}`,
      named(id),
      [personReport(T, 'opened', ANNS), personReport(T + 60, 'unsubscribed', ANNS)],
      (scene) => {
        expect(opened(scene, DEAL, SECOND)).toEqual([1, 0]);
        expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', '']);
      },
    ),
  ),
  scenario(
    '23',
    'a deal in the bin is named: the client’s open one is found',
    named(SECOND),
    [
      step(T - 100, ({ kommo }) => {
        kommo.linkContact(SECOND, ANN, { isMain: true });
        kommo.deleteDeal(SECOND);
      }),
      personReport(T, 'unsubscribed', ANNS),
    ],
    (scene) => expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', '']),
  ),
  scenario(
    '23',
    'a closed deal is named: the opt-out shows on the client’s open one',
    named(SECOND),
    [
      step(T - 200, ({ kommo }) => kommo.updateDeal(SECOND, { contactIds: [ANN] })),
      move(T - 100, stages.lost, SECOND),
      personReport(T, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', '']);
      expect(taskTexts(scene)).toHaveLength(1);
    },
  ),
  scenario(
    '23',
    'a deal of which the client is the second contact is named: the client’s own deal is found',
    named(SECOND),
    [
      step(T - 200, ({ kommo }) => kommo.updateDeal(SECOND, { contactIds: [BO, ANN] })),
      personReport(T, 'unsubscribed', ANNS),
    ],
    (scene) => expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', '']),
  ),
  scenario(
    '23',
    'with contact ids a stranger’s id and another client’s deal: nothing is written there',
    named(SECOND, 'u_77'),
    [personReport(T, 'unsubscribed', 'u_77')],
    (scene) => {
      expect(statuses(scene, SECOND)).toEqual(['']);
      expect(taskTexts(scene, SECOND)).toEqual([]);
    },
    byContactId,
  ),
  scenario(
    '23',
    'who is known to Stagepost keeps the own deal, whatever Customer.io names',
    one,
    [
      move(T - 3_600, stages.demo),
      step(T - 60, async (scene) => {
        scene.kommo.load({ leads: [deal({ id: SECOND, contacts: [BO] })], contacts: [bo] });
        await identifyBySdk(scene, ANNS, { kommo_deal_id: SECOND });
      }),
      personReport(T, 'opened', ANNS),
    ],
    (scene) => expect(opened(scene, DEAL, SECOND)).toEqual([1, 0]),
  ),

  scenario(
    '24',
    'a deal that is deleted and restored in a stage with a rule sends nothing again',
    one,
    [
      move(T - 3_600, stages.demo),
      step(T, ({ kommo }) => kommo.deleteDeal(DEAL)),
      step(T + 600, ({ kommo }) => kommo.restoreDeal(DEAL)),
      personReport(T + 900, 'opened', ANNS),
    ],
    (scene) => {
      expect(sent(scene)).toBe(1);
      expect(opened(scene, DEAL)).toEqual([1]);
    },
  ),
  scenario(
    '24',
    'a deal that is restored and moved on sends the next event once',
    one,
    [
      move(T - 3_600, stages.demo),
      step(T, ({ kommo }) => kommo.deleteDeal(DEAL)),
      step(T + 600, ({ kommo }) => kommo.restoreDeal(DEAL)),
      move(T + 700, stages.onboarding),
    ],
    (scene) => expect([sent(scene), sent(scene, 'onboarding_started')]).toEqual([1, 1]),
  ),
  scenario(
    '24',
    'an open while the deal is in the bin stops the restored deal’s timer, or is shown on no deal',
    one,
    [
      move(T - 3_600, stages.won),
      step(T, ({ kommo }) => kommo.deleteDeal(DEAL)),
      personReport(T + 300, 'opened', ANNS),
      step(T + 600, ({ kommo }) => kommo.restoreDeal(DEAL)),
      wait(T + 5 * 86_400),
      wait(T + 5 * 86_400 + 3_600),
    ],
    (scene) => expect(taskTexts(scene)).toEqual([]),
  ),
  scenario(
    '24',
    'a deleted deal’s report goes to the client’s other deal',
    two,
    [
      move(T - 3_600, stages.demo),
      move(T - 1_800, stages.onboarding, SECOND),
      step(T, ({ kommo }) => kommo.deleteDeal(SECOND)),
      personReport(T + 300, 'opened', ANNS),
      step(T + 600, ({ kommo }) => kommo.restoreDeal(SECOND)),
      personReport(T + 900, 'opened', ANNS),
    ],
    (scene) => expect(opened(scene, DEAL, SECOND)).toEqual([1, 1]),
  ),
  scenario(
    '24',
    'a deal that is deleted before its move is planned sends nothing, and its later restoring nothing either',
    one,
    [
      step(T, ({ kommo }) => {
        kommo.moveDeal(DEAL, stages.demo);
        kommo.deleteDeal(DEAL);
      }),
      keep(T + 60, 'deleted', (scene) => sent(scene)),
    ],
    (scene) => expect(scene.seen.deleted).toBe(0),
  ),
  scenario(
    '24',
    'deals that are merged: the survivor is the client’s, and reports reach it',
    two,
    [
      move(T - 3_600, stages.demo),
      move(T - 1_800, stages.onboarding, SECOND),
      step(T, ({ kommo }) => kommo.mergeDeals(DEAL, SECOND)),
      personReport(T + 300, 'opened', ANNS),
      personReport(T + 600, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect(opened(scene, DEAL)).toEqual([1]);
      expect([statusOf(scene), taskTexts(scene).length]).toEqual(['unsubscribed', 1]);
    },
  ),
  scenario(
    '24',
    'the only deal of an opted-out client is deleted for good, and a new one shows the opt-out',
    one,
    [
      move(T - 3_600, stages.demo),
      step(T - 1_000, ({ kommo }) => kommo.deleteDeal(DEAL)),
      personReport(T - 600, 'unsubscribed', ANNS),
      step(T, ({ kommo }) =>
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [ANN], stageId: stages.demo }),
      ),
    ],
    (scene) => expect(statuses(scene, THIRD)).toEqual(['unsubscribed']),
  ),

  scenario(
    '26',
    'attributes follow the deal that changed last, and not one that changes without a stage',
    two,
    [
      move(T - 3_600, stages.demo),
      move(T - 1_800, stages.onboarding, SECOND),
      step(T, ({ kommo }) => kommo.updateDeal(DEAL, { price: 5 })),
    ],
    (scene) => expect(attributesOf(scene)).toMatchObject({ kommo_deal_id: SECOND, deal_amount: 900 }),
  ),
  scenario(
    '26',
    'the deal that attributes follow is lost: those of the open one come with its next change',
    two,
    [
      move(T - 3_600, stages.demo),
      move(T - 1_800, stages.onboarding, SECOND),
      move(T - 600, stages.lost, SECOND),
      move(T, stages.onboarding),
    ],
    (scene) => expect(attributesOf(scene)).toMatchObject({ kommo_deal_id: DEAL }),
  ),
  scenario(
    '26',
    'the deal that attributes follow gets another client: those of the first follow the own deal',
    ({ kommo }) => kommo.load({ leads: [deal(), deal({ id: SECOND })], contacts: [contact(), bo] }),
    [
      move(T - 3_600, stages.demo),
      move(T - 1_800, stages.onboarding, SECOND),
      step(T - 600, ({ kommo }) => kommo.updateDeal(SECOND, { contactIds: [BO] })),
      step(T, ({ kommo }) => kommo.updateDeal(SECOND, { price: 5 })),
    ],
    (scene) => expect(attributesOf(scene).deal_amount).not.toBe(5),
  ),
  scenario(
    '26',
    'two moves of two deals in one second: each deal’s event has its own data, once',
    two,
    [
      step(T, ({ kommo }) => {
        kommo.updateDeal(SECOND, { price: 5 });
        kommo.moveDeal(DEAL, stages.onboarding);
        kommo.moveDeal(SECOND, stages.onboarding);
      }),
    ],
    ({ customerio }) => {
      const ids = customerio.events('onboarding_started').map(({ data }) => data.deal_id);
      expect(ids.sort()).toEqual([DEAL, SECOND]);
    },
  ),
  scenario(
    '26',
    'an open goes to the deal that changed last, also where the other one was created later',
    two,
    [move(T - 3_600, stages.demo, SECOND), move(T - 1_800, stages.demo), personReport(T, 'opened', ANNS)],
    (scene) => expect(opened(scene, DEAL, SECOND)).toEqual([1, 0]),
  ),
  scenario(
    '26',
    'with deal: all an open is on both open deals, and not on the closed one',
    ({ kommo }) =>
      kommo.load({ leads: [deal(), deal({ id: SECOND }), deal({ id: THIRD })], contacts: [contact()] }),
    [
      move(T - 3_600, stages.demo, SECOND),
      move(T - 3_000, stages.demo, THIRD),
      move(T - 2_400, stages.lost, THIRD),
      move(T - 1_800, stages.demo),
      personReport(T, 'opened', ANNS),
    ],
    (scene) => expect(opened(scene, DEAL, SECOND, THIRD)).toEqual([1, 1, 0]),
    all,
  ),
  scenario(
    '26',
    'all deals are closed: the note goes to the one that closed last, and no field is set',
    two,
    [
      move(T - 3_600, stages.demo),
      move(T - 3_000, stages.lost),
      move(T - 2_000, stages.demo, SECOND),
      move(T - 1_800, stages.lost, SECOND),
      personReport(T, 'opened', ANNS),
      personReport(T + 60, 'unsubscribed', ANNS),
    ],
    (scene) => expect(opened(scene, DEAL, SECOND)).toEqual([0, 1]),
  ),
  scenario(
    '26',
    'two timers of two deals: an open stops both, and each that runs out has its task',
    two,
    [
      move(T - 3_600, stages.won),
      move(T - 3_000, stages.won, SECOND),
      wait(T + 5 * 86_400),
      wait(T + 5 * 86_400 + 3_600),
    ],
    (scene) => expect(taskTexts(scene).length + taskTexts(scene, SECOND).length).toBe(2),
  ),
  scenario(
    '26',
    'with a pipeline in person.deal a report goes to its open deal, though another one changed later',
    ({ kommo }) => {
      const other = deal({ id: SECOND, stage: stages.demo });
      kommo.load({ leads: [deal(), other], contacts: [contact()] });
    },
    [
      move(T - 3_600, stages.demo),
      move(T - 1_800, stages.onboarding, SECOND),
      personReport(T, 'opened', ANNS),
    ],
    (scene) => expect(opened(scene, DEAL, SECOND)).toEqual([0, 1]),
    (connection) => {
      connection.person.deal = SALES;
    },
  ),
];
