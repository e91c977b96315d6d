import type { Reaction, Rules } from '../rules/rules.ts';
import { isTemplate } from '../rules/values.ts';

/**
 * What a value of a status field says: the text that the rules set for an opt-out, a complaint or a failure, or anything else
 * (also none).
 */
export type ValueMeaning = 'opt_out' | 'complaint' | 'failure' | 'other';

/**
 * What a value means, and the report whose reaction sets it. Texts with values of a report cannot be compared, so only fixed
 * ones count.
 */
export function meaningOf(
  field: string,
  value: string,
  { reactions }: Pick<Rules, 'reactions'>,
): { meaning: ValueMeaning; report: string | null } {
  for (const reaction of reactions) {
    const meaning = MEANINGS.find(({ report }) => report.test(reaction.name))?.meaning;
    if (meaning !== undefined && setsValue(reaction, field, value)) return { meaning, report: reaction.name };
  }
  return { meaning: 'other', report: null };
}

/** In the order in which two reactions with the same text count. */
const MEANINGS: readonly { report: RegExp; meaning: ValueMeaning }[] = [
  { report: /(^|_)unsubscribed$/, meaning: 'opt_out' },
  { report: /_spammed$/, meaning: 'complaint' },
  { report: /^email_bounced$|_(dropped|suppressed)$/, meaning: 'failure' },
];

function setsValue({ fields }: Reaction, field: string, value: string): boolean {
  const text = fields[field];
  return text !== undefined && text.trim() !== '' && !isTemplate(text) && isSameValue(text, value);
}

/** List fields keep the spelling of their options, and accounts trim texts. */
export function isSameValue(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
