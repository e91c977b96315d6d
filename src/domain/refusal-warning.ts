/** A part of a call that Customer.io has accepted and then refused. */
export interface RefusedPart {
  call: 'identify' | 'track';
  /** The attribute or event; null where the whole update was left out. */
  name: string | null;
  value: string | null;
  /** Customer.io's text. */
  reason: string;
}

/** Customer.io's text, for example "The identifier is already associated with a different profile." */
const OTHER_PROFILE = /already (associated|in use|taken)|different profile/i;
const REFUSED = 'Customer.io refused';
const REFUSED_EVENT = 'Customer.io accepted the event and refused it later';

/** Whether the person's email was refused: another profile has it, or it may be changed by the `cio_id` only. */
export function isOfEmail({ call, name }: Pick<RefusedPart, 'call' | 'name'>): boolean {
  return call === 'identify' && name === 'email';
}

/** The warning of the action that made the call. */
export function refusalWarning({ call, name, value, reason }: RefusedPart): string {
  if (call === 'track') return `${REFUSED_EVENT}: ${reason}`;
  if (name === null) return `Customer.io accepted the update and left it out later: ${reason}`;
  const what = name === 'email' || name === 'id' ? `the ${name} ${value ?? ''}`.trim() : `"${name}"`;
  return OTHER_PROFILE.test(reason)
    ? `${REFUSED} ${what}: it belongs to another profile. The person keeps the ${name} of before.`
    : `${REFUSED} ${what}: ${reason}`;
}

/** The warning among these that says what Customer.io refused; null where none does. An update left out is no trouble. */
export function refusalIn(warnings: readonly string[]): string | null {
  return warnings.find((text) => text.startsWith(REFUSED) || text.startsWith(REFUSED_EVENT)) ?? null;
}
