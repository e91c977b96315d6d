import { expect, it } from 'vitest';
import { foldOf, isSettingOff } from '../../../src/domain/consent/client.ts';
import { BothSides, type Setup } from './support/both-sides.ts';
import { SETTING } from './support/profiles.ts';
import { ANN, BOB, MARIA } from './support/two-clients.ts';

/** Histories that once ended otherwise in Kommo than at Customer.io, found by consent-interleavings.test.ts. */

const DAY_S = 86_400;
/** Longer than the time within which Kommo and the client do not know of each other. */
const LATER_S = 4_000;

const sidesWith = (setup: Partial<Setup> = {}): BothSides =>
  new BothSides({ contacts: 'main', optInFromCrm: false, topics: [], ownWritesBy: 0, ...setup });

/** Whether a topic or the setting is off, as Stagepost and as Customer.io have it. */
function isOff({ state: { people, consent }, profiles }: BothSides, email: string, scope: string): boolean[] {
  const person = [...people.byKey.values()].find((known) => known.email === email)!;
  const isKnown =
    scope === SETTING
      ? isSettingOff(person, consent.ledger)
      : foldOf(person, consent.ledger).consent.topics.get(scope) === false;
  return [isKnown, profiles.isOff(email, scope)];
}

it('a topic that is switched on, off and on while an opt-out from Kommo is on its way ends off', () => {
  const sides = sidesWith({ topics: ['topic_1'] });
  sides.tick(502, true);
  sides.arrive(0, false);
  sides.plan();
  sides.deliver('customerio');
  for (const switchedOff of [false, true, false]) sides.switchTopic(BOB, 'topic_1', switchedOff);
  sides.arrive(1, false);
  sides.settle(true);
  expect(isOff(sides, BOB, 'topic_1')).toEqual([true, true]);
});

it('a topic that is switched on before an opt-out from Kommo does not undo a later subscription', () => {
  const sides = sidesWith();
  sides.switchTopic(BOB, 'topic_1', true);
  sides.switchTopic(BOB, 'topic_1', false);
  sides.setStatus(7003, 'spam', MARIA);
  sides.setStatus(7003, 'unsubscribed', MARIA);
  sides.clickUnsubscribe(BOB);
  sides.wait(LATER_S);
  sides.subscribe(BOB);
  sides.settle(false);
  expect(isOff(sides, BOB, SETTING)).toEqual([false, false]);
});

it('a topic that the client switches off in the second of an opt-in in Kommo is off', () => {
  const sides = sidesWith({ optInFromCrm: true });
  sides.switchTopic(ANN, 'topic_2', true);
  sides.wait(LATER_S);
  sides.switchTopic(ANN, 'topic_2', false);
  sides.arrive(0, false);
  sides.plan();
  sides.switchTopic(ANN, 'topic_2', true);
  sides.setStatus(7001, 'subscribed', MARIA);
  sides.settle(true);
  expect(isOff(sides, ANN, 'topic_2')).toEqual([true, true]);
});

it('the echo of an opt-in in Kommo that is found a day late ends no opt-out', () => {
  const sides = sidesWith({ optInFromCrm: true });
  sides.unsubscribeInSettings(ANN);
  sides.arrive(0, true);
  sides.wait(LATER_S);
  sides.plan();
  sides.unsubscribeInSettings(ANN);
  sides.setStatus(7001, 'subscribed', MARIA);
  sides.arrive(0, false);
  sides.wait(DAY_S + LATER_S);
  sides.arrive(1, false);
  sides.settle(false);
  expect(isOff(sides, ANN, SETTING)).toEqual([true, true]);
  expect(sides.tasks).toHaveLength(2);
});

it('a topic that is switched on in the second of a repeated opt-out, and once more after it, ends off', () => {
  const sides = sidesWith({ contacts: 'all', topics: ['topic_1'] });
  sides.setStatus(7002, 'unsubscribed', MARIA);
  sides.arrive(0, false);
  sides.plan();
  while (sides.deliver('customerio'));
  sides.switchTopic(BOB, 'topic_1', false);
  sides.arrive(sides.transit.length - 1, false);
  sides.plan();
  sides.deliver('customerio');
  sides.switchTopic(BOB, 'topic_1', false);
  sides.settle(false);
  expect(isOff(sides, BOB, 'topic_1')).toEqual([true, true]);
});

it('an opt-out on one deal counts although a subscription replaces an earlier opt-out, by the box, at that moment', () => {
  const sides = sidesWith();
  sides.tick(501, true);
  sides.wait(LATER_S);
  sides.clickUnsubscribe(ANN);
  sides.subscribe(ANN);
  sides.wait(LATER_S);
  sides.arrive(0, false);
  sides.arrive(2, false);
  sides.setStatus(7002, 'unsubscribed', MARIA);
  sides.plan();
  sides.settle(false);
  expect(isOff(sides, ANN, SETTING)).toEqual([true, true]);
});

it('an opt-out that seemed to have ended, until an older report came, is sent to Customer.io', () => {
  const sides = sidesWith({ topics: ['topic_1', 'topic_2'] });
  sides.switchTopic(ANN, 'topic_2', true);
  sides.switchTopic(ANN, 'topic_2', false);
  sides.wait(LATER_S);
  sides.setStatus(7001, 'unsubscribed', MARIA);
  sides.wait(DAY_S);
  sides.switchTopic(ANN, 'topic_1', true);
  sides.setStatus(7001, '', MARIA);
  sides.settle(true);
  expect(isOff(sides, ANN, 'topic_2')).toEqual([true, true]);
});

/** Bob has opted out by 7003, which is read late, and has subscribed again; then Maria sets 7004 to "spam" and to another value. */
function sidesWithReplacedComplaint(replacement: string, setup: Partial<Setup>): BothSides {
  const sides = sidesWith(setup);
  sides.setStatus(7003, 'spam', MARIA);
  sides.unsubscribeInSettings(BOB);
  sides.wait(LATER_S);
  sides.arrive(0, false);
  sides.subscribe(BOB);
  sides.setStatus(7004, 'spam', MARIA);
  sides.setStatus(7004, replacement, MARIA);
  return sides;
}

it('a complaint that is replaced in Kommo counts although an edit of another deal writes the same text in that batch', () => {
  const sides = sidesWithReplacedComplaint('vip', {});
  sides.arrive(2, false);
  sides.plan();
  sides.settle(false);
  expect(isOff(sides, BOB, SETTING)).toEqual([true, true]);
});

it('a complaint that is replaced in Kommo counts although a report writes the same text for a moment', () => {
  const sides = sidesWithReplacedComplaint('unsubscribed', { topics: ['topic_1'] });
  sides.arrive(1, false);
  sides.arrive(1, false);
  sides.plan();
  sides.settle(false);
  expect(isOff(sides, BOB, SETTING)).toEqual([true, true]);
});
