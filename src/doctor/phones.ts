import type { RuleContents } from '../config/index.ts';
import { ok, type Verdict, warning } from './finding.ts';

const TODO = 'Write phone: contact.phone_e164 in person.attributes, or the filter e164.';

/** Whether the attribute `phone` has the form that Customer.io needs for SMS and WhatsApp; nothing where it is not mapped. */
export function checkPhones({ person, reactions }: Pick<RuleContents, 'person' | 'reactions'>): Verdict[] {
  const source = person.attributes.phone;
  if (typeof source !== 'string') return [];
  if (/e164/.test(source)) return [ok('Phone numbers are sent in E.164')];
  const message =
    "The attribute phone is sent as it is in Kommo; Customer.io's SMS and WhatsApp need E.164 (+15550100000)";
  const usesPhones = reactions.some(({ name }) => /^(sms|whatsapp)_/.test(name));
  return [usesPhones ? warning(message, TODO) : ok(`${message}. If you send any: ${TODO}`)];
}
