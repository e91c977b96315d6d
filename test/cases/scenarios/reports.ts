import { expect } from 'vitest';
import { readInput } from '../support/inputs.ts';
import type { Scenario, Scene } from '../support/scene.ts';
import {
  annsDeal,
  contact,
  deal,
  move,
  noteTexts,
  report,
  stages,
  statusOf,
  step,
  T,
  taskTexts,
  wait,
} from './common.ts';

const stranger = readInput('18-search-returns-everything');

const searches = ({ kommo }: Scene): number =>
  kommo.requests.all().filter(({ path, query }) => path.endsWith('/contacts') && query.includes('query='))
    .length;

/** An address book of 2,500: ten pages of a search that finds everything. */
function addressBook({ kommo }: Scene): void {
  const contacts = Array.from({ length: 2_500 }, (_, n) =>
    contact(900_001 + n, 'Somebody Else', `else${n}@third.example`),
  );
  kommo.load({ contacts });
}

const colleague = readInput('27-recipient-is-not-the-person');
const channels = readInput('32-unsubscribed-named-after-another-channel');
const large = readInput('34-report-over-1-MB');

const toColleague = (title: string, recipient: string, runs: boolean): Scenario => ({
  case: '27',
  title,
  setUp: annsDeal,
  steps: [
    move(T - 86_400, stages.won),
    ...colleague.sent.map((one) =>
      step(one.at, (scene) => {
        const body = structuredClone(one.body) as { data: Record<string, unknown> };
        body.data.recipient = recipient;
        return scene.report(body);
      }),
    ),
    wait(T + 600),
    wait(T + 5 * 86_400),
    wait(T + 5 * 86_400 + 3_600),
  ],
  check(scene) {
    const notes = noteTexts(scene).filter((text) => text.startsWith('Client opened'));
    expect(notes).toHaveLength(runs ? 0 : 1);
    expect(taskTexts(scene)).toHaveLength(runs ? 1 : 0);
  },
});

const optOut = (title: string, n: number): Scenario => ({
  case: '32',
  title,
  setUp: annsDeal,
  steps: [
    move(T - 3_600, stages.demo),
    step(channels.sent[n]!.at, (scene) => scene.send(channels.sent[n]!)),
    wait(T + 600),
  ],
  check(scene) {
    expect(statusOf(scene)).toBe('unsubscribed');
    expect(taskTexts(scene)).toEqual(['Client unsubscribed from Customer.io emails - clarify preferences']);
  },
});

export const reports: Scenario[] = [
  {
    case: '18',
    title: 'one stranger costs a few calls where the search finds everything, and a move is not held up',
    kommo: { switches: { searchIgnoresQuery: true } },
    setUp(scene) {
      annsDeal(scene);
      addressBook(scene);
    },
    steps: [
      ...stranger.sent.map((one) => step(one.at, (scene) => scene.send(one))),
      move(T + 602, stages.demo),
      wait(T + 660),
    ],
    check(scene) {
      expect(searches(scene)).toBeLessThanOrEqual(4);
      expect(scene.customerio.events('demo_scheduled')).toHaveLength(1);
      expect(scene.kommo.notes().map(({ entityId }) => entityId)).not.toContain(900_001);
    },
  },
  {
    case: '18',
    title: 'a stranger who is in the address book is found where the search finds everything',
    kommo: { switches: { searchIgnoresQuery: true } },
    setUp(scene) {
      addressBook(scene);
      const person = contact(999_000, 'Old Client', 'stranger@other.example');
      scene.kommo.load({ contacts: [person], leads: [deal({ stage: stages.demo, contacts: [999_000] })] });
    },
    steps: [
      ...stranger.sent.map((one) => step(one.at, (scene) => scene.send(one))),
      wait(T + 1_200),
      wait(T + 3_600),
    ],
    check: (scene) => expect(noteTexts(scene)).toContain('Client opened email (Welcome)'),
  },
  toColleague(
    'an email about the client that a colleague opened is no sign of life of hers',
    'boss@seller.example',
    true,
  ),
  toColleague(
    'the client is the recipient, in whatever case her address is written',
    'Ann@Acme.Example',
    false,
  ),
  optOut('customer_unsubscribed is an opt-out', 0),
  optOut('sms_unsubscribed of the person’s own setting is an opt-out', 1),
  {
    case: '32',
    title: 'one opt-out that is reported under three names is one task',
    setUp: annsDeal,
    steps: [
      move(T - 3_600, stages.demo),
      report(T + 1, 'unsubscribed'),
      ...channels.sent.map((one) => step(one.at, (scene) => scene.send(one))),
      wait(T + 600),
    ],
    check: (scene) => expect(taskTexts(scene)).toHaveLength(1),
  },
  {
    case: '34',
    title: 'a report of over 1 MB is taken, and the one behind it arrives at once',
    setUp: annsDeal,
    steps: [
      move(T - 3_600, stages.demo),
      ...large.sent.map((one, n) =>
        step(one.at, async (scene) => {
          const body = structuredClone(one.body) as { data: Record<string, unknown> };
          if (n === 0) body.data.content = `<html>${'A'.repeat(1_200_000)}</html>`;
          scene.seen[`status ${n}`] = await scene.report(body);
        }),
      ),
    ],
    check(scene) {
      expect(scene.seen).toEqual({ 'status 0': 200, 'status 1': 200 });
      expect(statusOf(scene)).toBe('unsubscribed');
    },
  },
];
