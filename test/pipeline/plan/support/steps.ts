import fc from 'fast-check';
import type { BothSides } from './both-sides.ts';
import { ANN, BOB, DEALS, MARIA, TOPICS } from './two-clients.ts';

/** Something that happens on one of the sides, or between them, with its name for the report of a failure. */
export type Step = [name: string, act: (sides: BothSides) => void];

const email = fc.constantFrom(ANN, BOB);
const dealId = fc.constantFrom(...DEALS.keys());
const step = (name: string, act: (sides: BothSides) => void): Step => [name, act];

const wait = fc
  .constantFrom(0, 1, 2, 60, 400, 4_000, 90_000)
  .map((s) => step(`wait ${s}`, (sides) => sides.wait(s)));

const setStatus = fc
  .tuple(dealId, fc.constantFrom('unsubscribed', 'unsubscribed', 'spam', '', 'subscribed', 'vip'))
  .map(([id, value]) => step(`Maria sets ${id} to "${value}"`, (sides) => sides.setStatus(id, value, MARIA)));

const clearStatus = dealId.map((id) =>
  step(`an integration clears ${id}`, (sides) => sides.setStatus(id, '', 0)),
);

const tick = fc
  .tuple(fc.constantFrom(501, 502), fc.boolean())
  .map(([id, isTicked]) => step(`box of ${id}: ${isTicked}`, (sides) => sides.tick(id, isTicked)));

const mail = fc
  .tuple(
    email,
    fc.constantFrom(
      ...(['clickUnsubscribe', 'unsubscribeInSettings', 'complain', 'subscribe', 'subscribe'] as const),
      ...(['bounce', 'deliverMail'] as const),
    ),
  )
  .map(([of, act]) => step(`${of}: ${act}`, (sides) => sides[act](of)));

const switchTopic = fc
  .tuple(email, fc.constantFrom(...TOPICS), fc.boolean())
  .map(([of, topic, isOff]) =>
    step(`${of}: ${topic} ${isOff ? 'off' : 'on'}`, (sides) => sides.switchTopic(of, topic, isOff)),
  );

const arrive = fc
  .tuple(fc.nat(6), fc.boolean())
  .map(([nth, isKept]) =>
    step(`arrive ${nth}${isKept ? ' (and again)' : ''}`, (sides) => sides.arrive(nth, isKept)),
  );

const plan = fc.constant(step('plan', (sides) => sides.plan()));

const deliver = fc
  .constantFrom('kommo' as const, 'customerio' as const)
  .map((lane) => step(`deliver to ${lane}`, (sides) => void sides.deliver(lane)));

const common = [
  { weight: 4, arbitrary: wait },
  { weight: 4, arbitrary: setStatus },
  { weight: 1, arbitrary: clearStatus },
  { weight: 2, arbitrary: tick },
  { weight: 5, arbitrary: mail },
  { weight: 8, arbitrary: arrive },
  { weight: 6, arbitrary: plan },
  { weight: 6, arbitrary: deliver },
];

/** @param topics whether clients switch topics, too */
export const stepsOf = (topics: boolean): fc.Arbitrary<Step> =>
  fc.oneof(...common, ...(topics ? [{ weight: 4, arbitrary: switchTopic }] : []));
