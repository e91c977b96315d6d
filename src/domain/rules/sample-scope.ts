import { REPORT_VALUES } from './paths.ts';
import type { Scope } from './render-text.ts';

/** Kommo docs, "Limits": a tag's name has up to 255 characters, and so has a field of the type text. */
const TEXT = 'Long text '.repeat(26).slice(0, 256);
const TAGS = list(250, 40);
const OPTIONS = list(60, 40);

/**
 * Variables of deals whose lists and fields are about as long as they get in practice. Every custom field exists, whatever
 * its name: as a long text in the first scope, and as a list of many options in the second.
 */
export function sampleScopes(): Scope[] {
  return [scopeWith(TEXT), scopeWith(OPTIONS)];
}

function scopeWith(fieldValue: string | string[]): Scope {
  const report = Object.fromEntries(REPORT_VALUES.map((name) => [name, TEXT]));
  const field = anyField(fieldValue);
  return {
    ...report,
    event: 'deal_won',
    person: 'ann.lee@example.com',
    client: { mailable: false, state: 'unsubscribed', reason: TEXT },
    deal: {
      ...{ id: 12_345_678, name: TEXT, price: 1_000_000, stage: TEXT, pipeline: TEXT, tags: TAGS },
      ...{ created_at: 1_700_000_000, closed_at: 1_700_000_500, field },
      responsible_user: { id: 77, name: TEXT, email: 'maria@example.com' },
    },
    contact: {
      ...{ id: 87_654_321, name: TEXT, first_name: TEXT, last_name: TEXT, field },
      ...{ email: 'ann.lee@example.com', phone: '+34600000000', phone_e164: '+34600000000' },
    },
    company: { id: 11_223_344, name: TEXT, field },
  };
}

/** Custom fields of which any name exists; a loop over all of them finds 100 that are short. */
function anyField(value: string | string[]): Record<string, unknown> {
  const fields = Object.fromEntries(list(100, 20).map((name) => [name, name]));
  return new Proxy(fields, {
    has: (_, name) => typeof name === 'string',
    get: (_, name) => (typeof name === 'string' ? (fields[name] ?? value) : undefined),
    getOwnPropertyDescriptor: (_, name) =>
      typeof name === 'string'
        ? { value: fields[name] ?? value, configurable: true, enumerable: true, writable: true }
        : undefined,
  });
}

function list(length: number, characters: number): string[] {
  return Array.from({ length }, (_, index) => `Entry ${index} `.repeat(characters).slice(0, characters));
}
