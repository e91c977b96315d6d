import { expect } from 'vitest';
import { defaultCampaigns } from '../../../simulators/customerio/mail/campaigns.ts';
import type { Scenario, Scene, Step } from '../support/scene.ts';
import { ANN, contact, DEAL, deal, keep, move, stages, statusOf, step, T, wait } from './common.ts';

/** Case 28 by emails that really leave: campaigns of the simulator, its suppression lists, and its App API. */

const WRONG = 'ann@acmee.example';
const RIGHT = 'ann@acme.example';
/** A user of Kommo to whom Stagepost's token does not belong. */
const BORIS = 8_375_358;

/** Hands over what Customer.io has reported since the last time: the clock of the simulator is not that of signatures. */
const receive = (at: number): Step =>
  step(at, async (scene) => {
    const from = Number(scene.seen.received ?? 0);
    const { reports } = scene.customerio;
    scene.seen.received = reports.length;
    for (const report of reports.slice(from)) await scene.report({ ...report });
  });

/** The next email to the address bounces. */
const failNext = (at: number, email: string): Step => step(at, ({ customerio }) => customerio.bounce(email));

/** What both sides show: the status, each task with how it was closed, and the lists that hold the address. */
const shown = (scene: Scene, email: string) => ({
  status: statusOf(scene) ?? '',
  tasks: scene.kommo.tasks(DEAL).map(({ isCompleted, result }) => (isCompleted ? result : 'open')),
  suppressed: scene.customerio.suppressions(email).map(({ type }) => type),
});

const look = (at: number, name: string, email: string): Step =>
  keep(at, name, (scene) => shown(scene, email));

const CORRECTED = `The email address ${WRONG} was corrected to ${RIGHT}.`;
const RETRIED = `${RIGHT} is tried again: in Kommo email_status was cleared by Boris Lang.`;

export const bounceRepair: Scenario[] = [
  {
    case: '28',
    title:
      'a bounce is repaired by a corrected address and by a manager who clears it, and the next one has its task again',
    isVariant: false,
    customerio: { campaigns: defaultCampaigns },
    setUp: ({ kommo }) => kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Ann Lee', WRONG)] }),
    steps: [
      failNext(T, WRONG),
      move(T + 1, stages.demo),
      receive(T + 60),
      look(T + 120, 'bounced', WRONG),
      step(T + 300, ({ kommo }) => kommo.updateContact(ANN, { email: RIGHT })),
      look(T + 500, 'corrected', RIGHT),
      failNext(T + 500, RIGHT),
      move(T + 600, stages.onboarding),
      receive(T + 660),
      look(T + 690, 'bounced again', RIGHT),
      step(T + 702, ({ kommo }) => kommo.updateDeal(DEAL, { userId: BORIS, fields: { email_status: null } })),
      look(T + 890, 'retried', RIGHT),
      move(T + 900, stages.demo),
      receive(T + 902),
      look(T + 1_002, 'delivered', RIGHT),
      failNext(T + 1_002, RIGHT),
      move(T + 1_200, stages.onboarding),
      receive(T + 1_500),
      wait(T + 1_800),
    ],
    check(scene) {
      const { seen, customerio } = scene;
      expect(seen.bounced).toEqual({ status: 'bounced', tasks: ['open'], suppressed: ['bounces'] });
      expect(seen.corrected).toEqual({ status: '', tasks: [CORRECTED], suppressed: [] });
      expect(seen['bounced again']).toEqual({
        status: 'bounced',
        tasks: [CORRECTED, 'open'],
        suppressed: ['bounces'],
      });
      expect(seen.retried).toEqual({ status: '', tasks: [CORRECTED, RETRIED], suppressed: [] });
      expect(seen.delivered).toEqual({ status: '', tasks: [CORRECTED, RETRIED], suppressed: [] });
      const states = customerio.mailbox(RIGHT).map(({ state }) => state);
      expect(states).toEqual(['bounced', 'sent', 'bounced']);
      expect(shown(scene, RIGHT)).toEqual({
        status: 'bounced',
        tasks: [CORRECTED, RETRIED, 'open'],
        suppressed: ['bounces'],
      });
    },
  },
];
