import { expect } from 'vitest';
import type { Scenario, Scene, Step } from '../support/scene.ts';
import { DEAL, move, neighboursUntil, stages, step, T } from './common.ts';

/** The deal's history is a path: what enters a stage once is one event, whatever reports it and however often. */

const DEMO_COMPLETED = 12_345_679;
const RENEWALS = 9_621_020;
const RENEWAL_DUE = 12_345_691;

const scenario = neighboursUntil(T + 900, T + 1_800);

const names = ({ customerio }: Scene) =>
  customerio
    .people()
    .flatMap(({ events }) => events)
    .map(({ name }) => name);

/** What Kommo reports of a move by its `leads[status]`, once more. */
const statusHook = (from: number, to: number, at: number) =>
  `account[id]=32100321&leads[status][0][id]=${DEAL}&leads[status][0][status_id]=${to}&leads[status][0][old_status_id]=${from}` +
  `&leads[status][0][pipeline_id]=9621010&leads[status][0][last_modified]=${at}&leads[status][0][updated_at]=${at}`;

const again = (at: number, from: number, to: number, movedAt: number): Step =>
  step(at, (scene) => scene.hook(statusHook(from, to, movedAt)));

/** Without inactivity timers: other scenarios of the run go on for weeks. */
const path = (title: string, steps: Step[], expected: string[], parts: Partial<Scenario> = {}): Scenario =>
  scenario('22', title, steps, (scene) => expect(names(scene)).toEqual(expected), {
    ...parts,
    config(connection) {
      connection.inactivity = [];
      parts.config?.(connection);
    },
  });

export const paths: Scenario[] = [
  path(
    'a deal that is moved through three stages within a second sends each event once, in their order',
    [
      step(T, ({ kommo }) => {
        for (const stage of [DEMO_COMPLETED, stages.onboarding, stages.won]) kommo.moveDeal(DEAL, stage);
      }),
    ],
    ['demo_scheduled', 'demo_completed', 'onboarding_started', 'deal_won'],
  ),
  path(
    'a deal that leaves a stage and comes back within a second has entered it twice',
    [
      step(T, ({ kommo }) => {
        kommo.moveDeal(DEAL, stages.newLead);
        kommo.moveDeal(DEAL, stages.demo);
      }),
    ],
    ['demo_scheduled', 'demo_scheduled'],
  ),
  path(
    'the same with webhooks that carry several changes at once',
    [
      step(T, ({ kommo }) => {
        kommo.moveDeal(DEAL, stages.newLead);
        kommo.moveDeal(DEAL, stages.demo);
      }),
    ],
    ['demo_scheduled', 'demo_scheduled'],
    { kommo: { switches: { coalesceMs: 500 } } },
  ),
  path(
    'an hour later Kommo repeats the webhook of a move after which the deal has come back: no third event',
    [
      move(T - 1_800, stages.newLead),
      move(T - 900, stages.demo),
      again(T, stages.newLead, stages.demo, T - 3_600),
    ],
    ['demo_scheduled', 'demo_scheduled'],
  ),
  path(
    'the repeated webhook has the time of its repetition',
    [again(T, stages.newLead, stages.demo, T)],
    ['demo_scheduled'],
  ),
  path(
    'the webhooks of two moves come in the wrong order',
    [
      step(T, ({ kommo }) => {
        const { destination } = kommo.hooks()[0]!;
        kommo.disableHook(destination);
        kommo.moveDeal(DEAL, DEMO_COMPLETED);
        kommo.moveDeal(DEAL, stages.onboarding);
        kommo.enableHook(destination);
      }),
      again(T + 2, DEMO_COMPLETED, stages.onboarding, T),
      again(T + 4, stages.demo, DEMO_COMPLETED, T),
    ],
    // Nothing waits for what may have been before it.
    ['demo_scheduled', 'onboarding_started', 'demo_completed'],
  ),
  path(
    'a move that is undone by hand and made again the next day is sent twice',
    [move(T, stages.newLead), move(T + 600, stages.demo)],
    ['demo_scheduled', 'demo_scheduled'],
  ),
  path(
    'a deal that is won in another pipeline does not send what winning in this one sends',
    [
      step(T - 600, ({ kommo }) => kommo.moveDeal(DEAL, RENEWAL_DUE, RENEWALS)),
      step(T, ({ kommo }) => kommo.moveDeal(DEAL, stages.won, RENEWALS)),
    ],
    ['demo_scheduled'],
  ),
  path(
    'a deal that goes from won in another pipeline to won in this one enters the stage',
    [
      step(T - 600, ({ kommo }) => kommo.moveDeal(DEAL, stages.won, RENEWALS)),
      step(T, ({ kommo }) => kommo.moveDeal(DEAL, stages.won, 9_621_010)),
    ],
    ['demo_scheduled', 'deal_won'],
  ),
  path(
    'a deal that is edited and moved in one call of another integration is one move',
    [
      step(T, ({ kommo }) =>
        kommo.updateDeal(DEAL, { stageId: stages.onboarding, price: 5, name: 'Acme renewal' }),
      ),
    ],
    ['demo_scheduled', 'onboarding_started'],
  ),
  path(
    'a move without any webhook is found in the history once, though an edit of the same second is reported',
    [
      step(T, ({ kommo }) => {
        const { destination } = kommo.hooks()[0]!;
        kommo.disableHook(destination);
        kommo.moveDeal(DEAL, stages.onboarding);
        kommo.enableHook(destination);
        kommo.updateDeal(DEAL, { price: 7 });
      }),
    ],
    ['demo_scheduled', 'onboarding_started'],
  ),
  path(
    'a deal that was there before is moved and its history comes late',
    [move(T, stages.onboarding)],
    ['demo_scheduled', 'onboarding_started'],
    { kommo: { switches: { eventsLateMs: 600_000, eventsOrder: 'oldest_first' } } },
  ),
];
