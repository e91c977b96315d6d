import type { Action, Destination } from '../domain/actions.ts';
import type { FailureClass } from '../domain/errors.ts';

/** What is known of a dead letter. */
export interface FailureCase {
  lane: Destination;
  kind: Action['kind'];
  failure: FailureClass | null;
  /** The destination's own words; null where they were removed after the retention time. */
  words: string | null;
  /** The contents were removed after the retention time. */
  removed: boolean;
}

/** Who must act. */
export const OWNERS = [
  'operator',
  'Kommo administrator',
  'author of the rules',
  'sales team',
  'its cause',
  'nobody',
] as const;
export type Owner = (typeof OWNERS)[number];

export interface Advice {
  owner: Owner;
  /** What to do, in sentences for an operations person. */
  todo: string;
}

/** What the store writes on whatever waited for a refused action (`settle` in store/queries/actions.ts). */
const FOLLOWS = /^Not sent: the action before it/;

type Rule = [matches: (failure: FailureCase) => boolean, owner: Owner, todo: string];

const says =
  (pattern: RegExp, lane?: Destination) =>
  (failure: FailureCase): boolean =>
    (lane === undefined || failure.lane === lane) && pattern.test(failure.words ?? '');

/** The first that matches counts. */
const RULES: Rule[] = [
  [
    ({ removed }) => removed,
    'sales team',
    'Its contents were removed after the retention time, so it cannot be replayed. Discard it. ' +
      'If the client should still get the email, move the deal again.',
  ],
  [
    says(FOLLOWS),
    'its cause',
    'It waited for an action that was refused. Replay or discard that one, and this goes with it.',
  ],
  [
    says(/^Given up after/),
    'operator',
    'The other side did not work for three days. Check with: stagepost doctor. When it works again, replay.',
  ],
  [
    says(/deal field .* does not exist|field_id/i, 'kommo'),
    'Kommo administrator',
    'The deal field is missing in Kommo. Make it with: stagepost doctor --fix. Then replay.',
  ],
  [
    says(/has no option/i, 'kommo'),
    'Kommo administrator',
    'Add the missing option to the list field in Kommo, or change the value in the rules for what comes next. ' +
      'Then replay.',
  ],
  [
    says(/responsible_user_id/i, 'kommo'),
    'Kommo administrator',
    'The user who is to get the task cannot get one any more. Give the deal another responsible user, ' +
      'make the task by hand, and discard this.',
  ],
  [
    says(/tags_to_(add|delete)/i, 'kommo'),
    'author of the rules',
    'Kommo does not take the name of this tag. Correct it in the rules for what comes next, and discard this.',
  ],
  [
    says(/NotSupportedChoice|not a valid choice/i, 'kommo'),
    'Kommo administrator',
    'Kommo does not have the value that is to be set: a field or an option is missing or was archived. ' +
      'Find it with: stagepost doctor. Restore or add it in Kommo, then replay.',
  ],
  [
    says(/not found|no such (deal|lead)|does not exist/i, 'kommo'),
    'nobody',
    'The deal does not exist any more in Kommo, so there is nothing to write on. Discard it.',
  ],
  [
    says(/too long|characters or less|TooLong/i, 'kommo'),
    'author of the rules',
    'Shorten the text of the rule. What is stored keeps its old text: if it is refused again, ' +
      'write it by hand in Kommo and discard it.',
  ],
  [
    says(/holds a (number|date)|is a checkbox|which Stagepost cannot set/i, 'kommo'),
    'author of the rules',
    'The value in the rules does not suit the type of the field. Name another field or value there for ' +
      'what comes next. If the field was changed in Kommo to suit the value, replay; else discard.',
  ],
  [
    says(/should not be (blank|null)/i, 'kommo'),
    'author of the rules',
    'The text of the rule came out empty for this deal. Correct it for what comes next, and discard this.',
  ],
  [
    says(/identifier|e-?mail/i, 'customerio'),
    'sales team',
    'Customer.io cannot take the email or id of this person. Correct the contact in Kommo, then move the deal again, ' +
      'and discard this: it keeps the wrong one.',
  ],
  [
    says(/\(413\)|too large|too big|bytes/i, 'customerio'),
    'author of the rules',
    'A value is too large for Customer.io. Shorten its source in the rules, then move the deal again, and discard this.',
  ],
  [
    ({ failure }) => failure === 'unauthorized',
    'operator',
    'A token or key is refused. Correct it, restart, check with: stagepost doctor. Then replay.',
  ],
  [
    ({ failure }) => failure === 'retryable' || failure === 'unknown' || failure === 'throttled',
    'operator',
    'The call failed, not the action. When the other side works again (stagepost doctor), replay.',
  ],
  [
    ({ lane }) => lane === 'kommo',
    'Kommo administrator',
    'Kommo refuses this for the reason in its words. Put that right in Kommo or in the rules, then replay.',
  ],
];

/** Who must act on a dead letter, and what to do. The classes are those of design section 7. */
export function adviceFor(failure: FailureCase): Advice {
  const rule = RULES.find(([matches]) => matches(failure));
  if (rule) return { owner: rule[1], todo: rule[2] };
  return {
    owner: 'author of the rules',
    todo:
      'Customer.io refuses this for the reason in its words. Correct the rule or the data, then replay. ' +
      'If the refused value is in the action itself, move the deal again and discard this.',
  };
}

/**
 * The words without what differs from one deal to the next (ids, emails, request ids), so that one cause is one
 * group. What was taken out shows as "…".
 */
export function causeOf(words: string): string {
  return words
    .replace(/\[?[^\s"<>@]+@[^\s"<>@]+\.[\w-]+\]?/g, '…')
    .replace(/(identifier )"[^"]*"/gi, '$1"…"')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, '…')
    .replace(/\b\d{4,}\b/g, '…')
    .replace(/(Given up after) \d+ (tries)/, '$1 … $2');
}
