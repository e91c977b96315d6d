import { addressesOf, addressOf } from '../../domain/address.ts';
import type { Catalog, Contact, Json } from '../../domain/entities.ts';
import { TEST_ATTRIBUTE } from '../../domain/people/test-person.ts';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import { TemplateError, TextRenderer } from '../../domain/rules/render-text.ts';
import type { Rules } from '../../domain/rules/rules.ts';
import { dealScope, evaluate } from '../../domain/rules/values.ts';
import type { TestRequest } from './test-schemas.ts';

export interface TestEventInput {
  rules: Pick<Rules, 'stages' | 'inactivity' | 'attributes'>;
  rule: TestRequest['rule'];
  deal: DealContext;
  catalog: Pick<Catalog, 'pipelines' | 'account'>;
  /** The address of the test person, in its normal form. */
  to: string;
}

export interface TestEvent {
  event: string;
  attributes: Record<string, Json>;
  data: Record<string, Json>;
}

/** Attributes that would tie the profile to the client or the deal, or decide whether it gets email. */
const LEFT_OUT = new Set(['id', 'cio_id', 'anonymous_id', 'phone', 'unsubscribed', 'kommo_deal_id']);
const LEFT_OUT_GROUPS = /^cio_/;

/**
 * What a rule sends for a deal, made out to a test person: no value is left by which a campaign could reach the client. Conditions,
 * waiting times and `once` are not looked at.
 * @returns a sentence where there is nothing to send
 */
export function testEvent({ rules, rule, deal: found, catalog, to }: TestEventInput): TestEvent | string {
  const { deal, contacts, company, responsibleUser } = found;
  const chosen = rules[rule.part][rule.index];
  if (!deal) return 'Kommo does not have this deal any more.';
  if (!chosen) return 'The draft has no such rule any more.';
  const contact = contacts[0] ?? null;
  const account = { ...catalog.account, pipelines: catalog.pipelines };
  const { event } = chosen;
  const scope = { ...dealScope({ deal, contact, company, responsibleUser, account }), event };
  const texts = new TextRenderer();
  const values = (sources: Rules['attributes']) =>
    Object.entries(sources).flatMap(([name, source]): [string, Json][] => {
      const value = evaluate(source, scope, texts, `The value of "${name}"`);
      return reachesByPhone(value, contact) ? [] : [[name, madeOutTo(to, value, contact)]];
    });
  try {
    const attributes = values(rules.attributes).filter(([name, value]) => isSent(name, value));
    const ofTimer = () => ({ deal_id: deal.id, since_event: 'start' in chosen ? chosen.start : null });
    return {
      event,
      attributes: { ...Object.fromEntries(attributes), email: to, [TEST_ATTRIBUTE]: true },
      data: 'data' in chosen ? Object.fromEntries(values(chosen.data)) : ofTimer(),
    };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.message;
  }
}

function isSent(name: string, value: Json): boolean {
  if (LEFT_OUT.has(name) || LEFT_OUT_GROUPS.test(name)) return false;
  return value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** Whether the value is a phone number of the client: a campaign could send a message to it. */
function reachesByPhone(value: Json, contact: Contact | null): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const digits = digitsOf(String(value));
  return digits.length > 5 && (contact?.phones ?? []).some((phone) => isSamePhone(digits, digitsOf(phone)));
}

const digitsOf = (text: string) => (/^[\d\s()+./-]+$/.test(text) ? text.replace(/\D/g, '') : '');

/** One may have the country code, or a leading zero. */
function isSamePhone(one: string, other: string): boolean {
  const [short, long] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')].sort(
    (a, b) => a.length - b.length,
  );
  return short!.length > 5 && long!.endsWith(short!);
}

/** The value with the test person's address where it is, or contains, an address to which a campaign could send. */
function madeOutTo(to: string, value: Json, contact: Contact | null): Json {
  if (Array.isArray(value)) return value.map((item) => madeOutTo(to, item, contact));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, madeOutTo(to, item, contact)]),
    );
  if (typeof value !== 'string') return value;
  if (!/\s/.test(value.trim()) && addressOf(value).ok) return to;
  const own = (contact?.emails ?? []).flatMap((text) => [text, ...addressesOf(text)]);
  return own.filter(Boolean).reduce((text, address) => text.replaceAll(address, to), value);
}
