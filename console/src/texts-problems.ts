import type { FailureGroup, Side } from './api/types.ts';
import { number, plural, sideLabels } from './texts.ts';

/** The texts of the page about problems. */
export const problemTexts = {
  title: 'Problems',
  none: 'No problems.',
  noneFailed: 'Nothing has failed.',
  noneHint:
    'What could not be done for a client appears here: what is missing, why, what to do first, and who is affected. Fix the cause, then retry everything with one click.',
  noneDemo: 'This is a demo, so you can cause a problem yourself, repair it, and see that nothing is lost.',
  breakSomething: 'Break something',
  head: (problems: number, total: number) =>
    `${plural(problems, 'problem')}: ${plural(total, 'action')} failed and won’t be retried automatically.`,
  viewer: 'You need the editor role to retry or dismiss.',
  heldSummary: (name: string, side: string) => `${side} is paused for ${name} until someone fixes the cause.`,
  waitsSummary: (name: string, side: string) => `${side} is paused for ${name} and resumes automatically.`,
  broken: (name: string, side: string) => `Something is wrong with ${side} for ${name}.`,
  nextTry: 'Next attempt',
  since: 'Since',
  last: 'last',
  noWords: 'The error text was deleted after the retention period.',
  todo: 'What to do first',
  affected: 'Affected',
  more: (count: number) => `and ${number(count)} more`,
  details: 'Technical details',
  error: 'Error',
  action: 'Action',
  actionTo: (what: string, side: string) => `${what} to ${side}`,
  replay: 'Retry …',
  discard: 'Dismiss …',
  urgency: {
    email: 'Emails affected',
    deal: 'Deal incomplete in Kommo',
    none: 'Nothing left to fix',
  } satisfies Record<FailureGroup['urgency'], string>,
  owner: {
    nobody: 'Nobody',
    'its cause': 'Fixed with its cause',
    operator: 'The person who runs Stagepost',
    'Kommo administrator': 'The Kommo administrator',
    'author of the rules': 'Whoever edits the rules',
    'sales team': 'The sales team',
  } as Record<string, string>,
  steps: {
    rule: (name: string) => `Edit “${name}”`,
    rules: 'Edit the rules',
    field: 'Create the field',
    connection: 'Check the connection',
    connections: 'Go to Connections',
    client: (name: string) => `See ${name}`,
  },
};

/** What waits while a side does not work. */
export const waitingTexts = {
  who: (names: string) => `For ${names}.`,
  events: (count: number) => plural(count, 'stage change or report', 'stage changes and reports'),
  waits: (what: string, isMore: boolean) => `Waiting: ${what}${isMore ? ', and more' : ''}.`,
  kept: 'Nothing is lost: it goes out as soon as the connection works again.',
};

/** `Ann, Ben and 3 more`; `Ann and Ben` where these are all. @param total how many there are */
export function listNames(names: readonly string[], total: number): string {
  const others = total - names.length;
  const parts = others > 0 ? [...names, `${number(others)} more`] : names;
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** What a sentence about a problem speaks of. */
export interface Happening {
  count: number;
  /** `Ann Lee, Ben Cruz and 1 more` */
  who: string;
  /** How many deals that are. */
  subjects: number;
  side: Side;
  /** What people call the actions; for kinds without a sentence. */
  names: { one: string; many: string };
  field: string | null;
}

/** What did not happen, by the kind of the action. */
export const notDone: Record<string, (of: Happening) => string> = {
  note: (of) => `${plural(of.count, 'note')} on ${dealsOf(of)} ${was(of.count)} not written`,
  task: (of) => `${plural(of.count, 'task')} on ${dealsOf(of)} ${was(of.count)} not created`,
  close_task: (of) => `${plural(of.count, 'task')} on ${dealsOf(of)} ${was(of.count)} not closed`,
  set_field: (of) => `${fieldOf(of)} was not set on ${dealsOf(of)}`,
  tags: (of) => `The tags of ${dealsOf(of)} were not changed`,
  identify: (of) => `${of.who} ${was(of.subjects)} not updated in Customer.io`,
  track: (of) =>
    `${plural(of.count, 'event')} for ${of.who} ${was(of.count)} not sent to Customer.io, so no campaign started`,
  change_email: (of) => `The email of ${of.who} was not changed in Customer.io`,
  merge: (of) => `The profiles of ${of.who} were not merged in Customer.io`,
  remove_person: (of) => `${of.who} ${was(of.subjects)} not unsubscribed or removed in Customer.io`,
  lift_suppression: (of) => `The address of ${of.who} was not taken off the suppression list`,
};

export function otherNotDone({ count, names, side, who }: Happening): string {
  return `${plural(count, names.one, names.many)} for ${who} did not reach ${sideLabels[side]}`;
}

const was = (count: number) => (count === 1 ? 'was' : 'were');
const dealsOf = ({ subjects, who }: Happening) => `${subjects === 1 ? 'the deal' : 'deals'} of ${who}`;
const fieldOf = ({ field }: Happening) => (field === null ? 'A field' : `The field “${field}”`);

/** Why it did not happen. @param text what the rule sets: `the note of “Demo scheduled”` */
export const reasons = {
  text_too_long: (text: string) => `${text} is too long for Kommo`,
  text_empty: (text: string) => `${text} is empty for these deals`,
  value_type_mismatch: (text: string) => `${text} does not fit the type of the field`,
  field_missing: 'the field does not exist in Kommo',
  option_missing: (field: string | null) =>
    `${field === null ? 'the list field' : `the list field “${field}”`} in Kommo does not have the value`,
  choice_unknown: 'a field or a value is missing in Kommo',
  assignee_unavailable: 'the responsible user can no longer be given tasks',
  tag_refused: (text: string) => `Kommo does not accept ${text}`,
  deal_not_found: 'the deal no longer exists in Kommo',
  identifier_refused: 'Customer.io does not accept the email address or ID',
  payload_too_large: (text: string) => `${text} is too large for Customer.io`,
  previous_action_failed: 'an earlier step had failed',
  attempts_exhausted: (side: string) => `${side} did not answer for three days`,
  action_unreadable: 'a newer version of Stagepost has stored this',
  unauthorized: (side: string) => `${side} rejected our key`,
  refused: (side: string) => `${side} refused it`,
  refusedOf: (side: string, text: string) => `${side} refused ${text}`,
  failed: (side: string) => `${side} did not work`,
};

/** What a rule sets, by the kind of the action. */
export const ruleParts: Record<string, string> = {
  note: 'the note',
  task: 'the task',
  set_field: 'the value',
  tags: 'a tag',
  track: 'the event data',
};
export const otherPart = 'the text';
export const wholeRules = 'a value of the rules';

export const ofRule = {
  stages: (part: string, stage: string) => `${part} of “${stage}”`,
  reactions: (part: string, report: string) => `${part} for “${report}”`,
  inactivity: (part: string, start: string) => `${part} of the inactivity timer after “${start}”`,
} satisfies Record<NonNullable<FailureGroup['rule']>['part'], (part: string, name: string) => string>;

/** What was not sent because of a problem. */
export function alsoNotSent(what: readonly string[], count: number): string {
  return `Because of this, ${listNames(what, what.length)} ${was(count)} not sent either. Retrying includes ${count === 1 ? 'it' : 'them'}.`;
}
