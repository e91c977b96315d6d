import type { Destination } from '../domain/actions.ts';
import type { FailureClass, FailureCode } from '../domain/errors.ts';

/** What the advice about a dead letter depends on. */
export interface FailureCase {
  lane: Destination;
  failure: FailureClass | null;
  code: FailureCode | null;
  /** The contents were removed after the retention period. */
  removed: boolean;
}

/** Who can fix it. */
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

const REMOVED: Advice = {
  owner: 'sales team',
  todo:
    'Its contents were removed after the retention period, so it cannot be retried. Dismiss it. ' +
    'If the client should still get the email, move the deal again.',
};

const BY_CODE: Record<FailureCode, Advice> = {
  previous_action_failed: {
    owner: 'its cause',
    todo: 'It waited for an action that failed. Retry or dismiss that one, and this one follows.',
  },
  attempts_exhausted: {
    owner: 'operator',
    todo: 'The other side did not answer for three days. Check the connection (page Connections, or: stagepost doctor). Retry when it works again.',
  },
  action_unreadable: {
    owner: 'operator',
    todo:
      'A newer version of Stagepost has stored this action, and this version cannot send it. ' +
      'Run the newer version, then retry.',
  },
  field_missing: {
    owner: 'Kommo administrator',
    todo: 'The deal field is missing in Kommo. Create it on the page Connections, or with: stagepost doctor --fix. Then retry.',
  },
  option_missing: {
    owner: 'Kommo administrator',
    todo:
      'Add the missing option to the list field in Kommo, or change the value in the rules for future reports. ' +
      'Then retry.',
  },
  value_type_mismatch: {
    owner: 'author of the rules',
    todo:
      'The value in the rules does not suit the type of the field. Use another field or value in the rules for ' +
      'future reports. If the field’s type was changed in Kommo to suit the value, retry; otherwise dismiss.',
  },
  choice_unknown: {
    owner: 'Kommo administrator',
    todo:
      'Kommo does not have the value to set: a field or an option is missing or was archived. ' +
      'Find it with: stagepost doctor. Restore or add it in Kommo, then retry.',
  },
  assignee_unavailable: {
    owner: 'Kommo administrator',
    todo:
      'The responsible user can no longer be given tasks. Assign the deal to another user, ' +
      'create the task by hand, and dismiss this one.',
  },
  tag_refused: {
    owner: 'author of the rules',
    todo: 'Kommo does not accept the name of this tag. Correct it in the rules for future events, and dismiss this one.',
  },
  deal_not_found: {
    owner: 'nobody',
    todo: 'The deal no longer exists in Kommo, so there is nothing to write to. Dismiss it.',
  },
  text_too_long: {
    owner: 'author of the rules',
    todo:
      'Shorten the text in the rule. Retrying sends the old text, so add it by hand in Kommo, ' +
      'then dismiss it here.',
  },
  text_empty: {
    owner: 'author of the rules',
    todo: 'The text of the rule is empty for this deal. Correct it for future events, and dismiss this one.',
  },
  identifier_refused: {
    owner: 'sales team',
    todo:
      'Customer.io cannot take the email address or ID of this person. Correct the contact in Kommo, then move the ' +
      'deal again, and dismiss this one: it keeps the wrong address.',
  },
  payload_too_large: {
    owner: 'author of the rules',
    todo:
      'A value is too large for Customer.io. Shorten its source in the rules, then move the deal again, ' +
      'and dismiss this one.',
  },
};

const BY_CLASS: Partial<Record<FailureClass, Advice>> = {
  unauthorized: {
    owner: 'operator',
    todo: 'A token or key was rejected. Replace it on the page Connections, or in the environment and restart. Then retry.',
  },
};

const CALL_FAILED: Advice = {
  owner: 'operator',
  todo: 'The other side failed. Check the connection (page Connections, or: stagepost doctor). Retry when the other side works again.',
};

const REFUSED: Record<Destination, Advice> = {
  kommo: {
    owner: 'Kommo administrator',
    todo: 'Kommo refused this; its error text says why. Fix the cause in Kommo or in the rules, then retry.',
  },
  customerio: {
    owner: 'author of the rules',
    todo:
      'Customer.io refused this; its error text says why. Correct the rule or the data, then retry. ' +
      'If the refused value is in the action itself, move the deal again and dismiss this one.',
  },
};

/** Who can fix a dead letter, and how: the code says most, then the class of the failure, then the destination. */
export function adviceFor(failed: FailureCase): Advice {
  const { lane, failure, code, removed } = failed;
  if (removed) return REMOVED;
  if (code !== null) return BY_CODE[code];
  if (failure === null || failure === 'permanent') return REFUSED[lane];
  return BY_CLASS[failure] ?? CALL_FAILED;
}

/** Whether the cause is in one rule: then the same words about another rule are another problem. A person's attributes are in no rule. */
export function isOfRule(failed: FailureCase & { kind: string }): boolean {
  return adviceFor(failed).owner === 'author of the rules' && failed.kind !== 'identify';
}

/** The expressions below take quadratic time, and an error text can come from a stranger's server. */
const MAX_COMPARED = 2_000;

/**
 * The error text without what differs from one deal to the next (IDs, email addresses, request IDs), so that one cause
 * is one group. "…" stands for what was left out.
 */
export function causeOf(text: string): string {
  return text
    .slice(0, MAX_COMPARED)
    .replace(/\[?[^\s"<>@]+@[^\s"<>@]+\.[\w-]+\]?/g, '…')
    .replace(/(identifier )"[^"]*"/gi, '$1"…"')
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, '…')
    .replace(/\b\d{4,}\b/g, '…')
    .replace(/(Given up after) \d+ (tries|attempts)/, '$1 … $2');
}
