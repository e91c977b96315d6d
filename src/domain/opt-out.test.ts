import { expect, it } from 'vitest';
import { type FieldState, fieldAfter, isOptedOut, isOptIn, isOptOut } from './opt-out.ts';

interface Report {
  name: string;
  occurredAt: number;
}

const NAMES = ['email_unsubscribed', 'email_bounced', 'customer_subscribed', 'email_opened'];
const REPORTS: Report[] = [1, 2, 3].flatMap((occurredAt) => NAMES.map((name) => ({ name, occurredAt })));

/** Every list of so many reports, in every order, the same report more than once too. */
function* lists(length: number): Generator<Report[]> {
  if (length === 0) yield [];
  else for (const list of lists(length - 1)) for (const report of REPORTS) yield [...list, report];
}

/** The field after these reports, as they were heard of; what Kommo was told last is the same value, always. */
function fieldOf(heard: Report[]): FieldState {
  let state: FieldState | undefined;
  let told: string | undefined;
  for (const report of heard) {
    const after = fieldAfter(state, 'email_status', report.name, report);
    state = after.state;
    if (after.keepReason === null) told = report.name;
  }
  if (told !== state?.value) throw new Error(`Kommo was told ${told}, and ${state?.value} is remembered.`);
  return state!;
}

const lastOf = (reports: Report[], test: (name: string) => boolean) =>
  Math.max(0, ...reports.filter(({ name }) => test(name)).map(({ occurredAt }) => occurredAt));

it.each([1, 2, 3, 4])('an opt-out wins, in every order of %i reports', (length) => {
  const wrong: unknown[] = [];
  for (const heard of lists(length)) {
    const out = lastOf(heard, isOptOut);
    const isOut = out > 0 && out >= lastOf(heard, isOptIn);
    const state = fieldOf(heard);
    const invites = state.value === 'customer_subscribed' || state.value === 'email_opened';
    if (isOptedOut(state) !== isOut || (isOut && invites)) wrong.push({ heard, state });
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});

it.each([1, 2, 3, 4])(
  'where nobody has opted out, the latest of %i reports stays, in every order',
  (length) => {
    const wrong: unknown[] = [];
    for (const heard of lists(length)) {
      if (heard.some(({ name }) => isOptOut(name))) continue;
      const latest = lastOf(heard, () => true);
      const state = fieldOf(heard);
      const isOfLatest = heard.some(({ name, occurredAt }) => name === state.value && occurredAt === latest);
      if (!isOfLatest) wrong.push({ heard, state });
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  },
);

it('an opt-in after the opt-out ends it, unless the address gives trouble after it', () => {
  const wrong: unknown[] = [];
  for (const heard of lists(4)) {
    const [out, into, trouble] = [
      lastOf(heard, isOptOut),
      lastOf(heard, isOptIn),
      lastOf(heard, (name) => name === 'email_bounced'),
    ];
    const state = fieldOf(heard);
    if (out > 0 && into > out && trouble < into && state.value === 'email_unsubscribed')
      wrong.push({ heard, state });
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});
