import { expect } from 'vitest';
import { readInput } from '../support/inputs.ts';
import type { Scenario } from '../support/scene.ts';
import {
  ANN,
  annsDeal,
  contact,
  deal,
  keep,
  move,
  report,
  stages,
  statusOf,
  step,
  T,
  taskTexts,
  wait,
} from './common.ts';

const OTHER_DEAL = 7002;
const NEW_DEAL = 7003;

const two = readInput('30-opt-out-with-two-open-deals');
const later = readInput('31-new-deal-of-unsubscribed-client');

export const consent: Scenario[] = [
  {
    case: '30',
    title: 'an opt-out shows on both open deals, with one task on the one that changed last',
    setUp: ({ kommo }) => kommo.load({ leads: [deal(), deal({ id: OTHER_DEAL })], contacts: [contact()] }),
    steps: [
      move(T - 7_200, stages.onboarding),
      move(T - 3_600, stages.demo, OTHER_DEAL),
      ...two.sent.map((one) => step(one.at, (scene) => scene.send(one))),
      wait(T + 600),
    ],
    check(scene) {
      expect([statusOf(scene), statusOf(scene, OTHER_DEAL)]).toEqual(['unsubscribed', 'unsubscribed']);
      expect([taskTexts(scene).length, taskTexts(scene, OTHER_DEAL).length]).toEqual([0, 1]);
    },
  },
  {
    case: '30',
    title: 'an opt-out leaves a closed deal alone',
    setUp: ({ kommo }) => kommo.load({ leads: [deal(), deal({ id: OTHER_DEAL })], contacts: [contact()] }),
    steps: [
      move(T - 7_200, stages.demo),
      move(T - 7_000, stages.lost),
      move(T - 3_600, stages.demo, OTHER_DEAL),
      ...two.sent.map((one) => step(one.at, (scene) => scene.send(one))),
      wait(T + 600),
    ],
    check: (scene) =>
      expect([statusOf(scene), statusOf(scene, OTHER_DEAL)]).toEqual([undefined, 'unsubscribed']),
  },
  {
    case: '31',
    title: 'a new deal of somebody who opted out long ago shows it from its first stage on',
    setUp: annsDeal,
    steps: [
      move(T - 80_000, stages.demo),
      report(T - 70_000, 'unsubscribed', { timestamp: T - 365 * 86_400 }),
      move(T - 60_000, stages.lost),
      step(T, ({ kommo }) => kommo.load({ leads: [deal({ id: NEW_DEAL, stage: stages.demo })] })),
      step(later.sent[0]!.at, (scene) => scene.send(later.sent[0]!)),
      keep(T + 60, 'first', (scene) => [statusOf(scene, NEW_DEAL), taskTexts(scene, NEW_DEAL).length]),
      step(later.sent[1]!.at, (scene) => scene.send(later.sent[1]!)),
      wait(T + 1_200),
    ],
    check(scene) {
      expect(scene.seen.first).toEqual(['unsubscribed', 0]);
      expect([statusOf(scene, NEW_DEAL), taskTexts(scene, NEW_DEAL).length]).toEqual(['unsubscribed', 0]);
    },
  },
  {
    case: '31',
    title: 'a deal to which an opted-out client is linked later shows it',
    setUp: ({ kommo }) =>
      kommo.load({ leads: [deal(), deal({ id: NEW_DEAL, contacts: [] })], contacts: [contact()] }),
    steps: [
      move(T - 80_000, stages.demo),
      report(T - 70_000, 'unsubscribed'),
      move(T - 60_000, stages.demo, NEW_DEAL),
      step(T, ({ kommo }) => kommo.linkContact(NEW_DEAL, ANN, { isMain: true })),
      wait(T + 900),
      wait(T + 3_600),
    ],
    check: (scene) => expect(statusOf(scene, NEW_DEAL)).toBe('unsubscribed'),
  },
];
