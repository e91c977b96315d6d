import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldOf, isSettingOff, namesOf } from '../../../src/domain/consent/client.ts';
import { MAX_UNDONE } from '../../../src/domain/consent/crm-edit.ts';
import { recordedFor } from '../../../src/domain/consent/ledger.ts';
import { BothSides, type Setup } from './support/both-sides.ts';
import { SETTING } from './support/profiles.ts';
import { isPlain, mayEnd } from './support/statements.ts';
import { stepsOf } from './support/steps.ts';
import { ANN, BOB, DEALS, MARIA, OPT_OUTS, TOPICS } from './support/two-clients.ts';

/** The same histories in every run of the suite; `STAGEPOST_FUZZ_RUNS=10000` plays others, and a failure names its seed. */
const { STAGEPOST_FUZZ_RUNS: ASKED } = process.env;
const RUNS = ASKED === undefined ? { seed: 15, numRuns: 200 } : { numRuns: Number(ASKED) };
const RESTRICTED = [...OPT_OUTS, 'bounced'];
const OUT = ['unsubscribed', 'complained'];

const personOf = (sides: BothSides, of: string) =>
  [...sides.state.people.byKey.values()].find((known) => known.email === of)!;
const foldFor = (sides: BothSides, of: string) => foldOf(personOf(sides, of), sides.state.consent.ledger);
const isOut = (sides: BothSides, of: string) => OUT.includes(foldFor(sides, of).consent.state);
const isBounced = (sides: BothSides, of: string) => foldFor(sides, of).deliverability.state === 'bounced';

/** Whether Stagepost knows the setting, or a topic, to be off. */
function isOff(sides: BothSides, of: string, scope: string): boolean {
  if (scope !== SETTING) return foldFor(sides, of).consent.topics.get(scope) === false;
  return isSettingOff(personOf(sides, of), sides.state.consent.ledger);
}

/**
 * Reports have whole seconds. Where two of one second contradict each other about a topic, the next one that says "on" may repeat the
 * later of the two: whether the client has switched it on again cannot be known, and an opt-out from Kommo goes on.
 */
function isOrdered(sides: BothSides, of: string, topic: string): boolean {
  const reported = recordedFor(sides.state.consent.ledger, namesOf(personOf(sides, of))).filter(
    ({ source, scope }) => source !== 'kommo' && scope === topic,
  );
  const on = new Set(reported.filter(({ kind }) => kind === 'topic_on').map(({ at }) => at));
  return !reported.some(({ kind, at }) => kind === 'topic_off' && on.has(at));
}

function expectConsent(sides: BothSides, of: string, scope: string, optInFromCrm: boolean): void {
  const own = sides.statements.filter((one) => one.email === of && one.scope === scope);
  const outs = own.filter(({ says }) => says === 'out');
  const ins = own.filter(({ says }) => says === 'in');
  const othersOn = (dealId: number | undefined) =>
    dealId === undefined ? [] : sides.clientsOf(dealId).filter((other) => other !== of);
  const holds = outs.some(
    (out) =>
      isPlain(out, sides.statements, othersOn(out.dealId)) &&
      !ins.some((one) => mayEnd(one, out, optInFromCrm)),
  );
  if (holds) expect(isOff(sides, of, scope), `${of} has opted out of ${scope}`).toBe(true);
  const ofClient = ins.filter(({ side }) => side === 'client');
  // A box that is found ticked counts from then on: the contact does not say since when.
  const isDated =
    outs.every(({ side }) => side !== 'box') && (!optInFromCrm || ins.every(({ side }) => side === 'client'));
  const hasEnded = outs.every((out) => ofClient.some((one) => mayEnd(one, out, true)));
  if (hasEnded && isDated && isOrdered(sides, of, scope))
    expect(isOff(sides, of, scope), `${of} has subscribed to ${scope} again, or never opted out`).toBe(false);
  expect(sides.profiles.isOff(of, scope), `${of}: ${scope} at Customer.io`).toBe(isOff(sides, of, scope));
}

function expectShown(sides: BothSides, id: number): void {
  const undone = sides.state.consent.shows.get(id)?.get('email_status')?.undoneAt ?? [];
  if (undone.length >= MAX_UNDONE || sides.unclear.has(id)) return;
  const clients = sides.clientsOf(id);
  const status = sides.statusOf(id);
  if (clients.some((of) => isOut(sides, of))) expect(OPT_OUTS, `deal ${id}`).toContain(status);
  // A bounce that an integration has cleared is left as it is.
  else if (!clients.some((of) => isBounced(sides, of)))
    expect(RESTRICTED, `deal ${id}`).not.toContain(status);
}

/** The same history on both sides, to its end. */
function holdsFor(topics: fc.Arbitrary<string[]>, steps: ReturnType<typeof stepsOf>): void {
  const setups: fc.Arbitrary<Setup> = fc.record({
    contacts: fc.constantFrom('main' as const, 'all' as const),
    optInFromCrm: fc.boolean(),
    ownWritesBy: fc.constantFrom(0, MARIA),
    topics,
  });
  const histories = fc.array(steps, { maxLength: 40, size: 'max' });
  fc.assert(
    fc.property(setups, histories, fc.boolean(), (setup, history, isReversed) => {
      const sides = new BothSides(setup);
      for (const [, act] of history) act(sides);
      expect(sides.settle(isReversed), 'it comes to an end').toBe(true);
      for (const of of [ANN, BOB])
        for (const scope of [SETTING, ...TOPICS]) expectConsent(sides, of, scope, setup.optInFromCrm);
      for (const id of DEALS.keys()) expectShown(sides, id);
      expect(sides.tasks.length, 'tasks').toBeLessThanOrEqual(sides.restrictions);
    }),
    RUNS,
  );
}

describe('consent that is set on both sides ends the same on both sides, and no opt-out is undone', () => {
  it('with one setting', () => holdsFor(fc.constant([]), stepsOf(false)));
  it('with topics', () => holdsFor(fc.constantFrom([], ['topic_1'], TOPICS), stepsOf(true)));
});
