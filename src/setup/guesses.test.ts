import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { AccountField } from './account-schemas.ts';
import { guessAttributes } from './guesses.ts';

const field = (name: string, part: Partial<AccountField> = {}): AccountField => ({
  ...{
    source: `deal.field.${name}`,
    name,
    of: 'deal',
    code: null,
    type: 'select',
    options: ['a'],
    value: null,
  },
  ...part,
});

const sourceOf = (attribute: string, ...fields: AccountField[]) =>
  guessAttributes(fields).find((guess) => guess.attribute === attribute)?.source ?? null;

describe('the plan', () => {
  test.each([
    'Plan',
    'PLAN',
    'Plan 💼',
    '📦 Plán',
    'Planes',
    'Tarifa',
    'Plano',
    'Paquete contratado',
    'Tipo de plan',
    'Service plan',
    'Assinatura',
  ])('is recognised in a field called %s', (name) => {
    expect(sourceOf('plan', field(name))).toBe(`deal.field.${name}`);
  });

  test.each(['Planned date', 'Explanation', 'Planta', 'Airplane', 'Notes', ''])(
    'is not in a field called %j',
    (name) => {
      expect(sourceOf('plan', field(name))).toBeNull();
    },
  );

  test.each(['date', 'checkbox', 'numeric', 'url', 'file'])('is in no field of the type %s', (type) => {
    expect(sourceOf('plan', field('Plan', { type }))).toBeNull();
  });

  it('is the exact name before a longer one, a list before a text, and a filled field before an empty one', () => {
    expect(sourceOf('plan', field('Old plan'), field('Plan', { type: 'text' }))).toBe('deal.field.Plan');
    const text = field('Plan', { type: 'text', source: 'deal.field.1' });
    const list = field('Plan', { source: 'deal.field.2' });
    expect(sourceOf('plan', text, list)).toBe('deal.field.2');
    const filled = field('Plan', { source: 'deal.field.3', value: 'Pro' });
    expect(sourceOf('plan', list, filled)).toBe('deal.field.3');
  });

  it('is a field of the deal before one of the contact', () => {
    const ofContact = field('Plan', { of: 'contact', source: 'contact.field.Plan' });
    expect(sourceOf('plan', ofContact, field('Plan'))).toBe('deal.field.Plan');
  });
});

it('amount, manager, contact and company come from what every deal has', () => {
  expect(guessAttributes([]).map(({ attribute, source }) => `${attribute} ${source}`)).toEqual([
    'first_name contact.first_name',
    'name contact.name',
    'phone contact.phone',
    'company company.name',
    'deal_amount deal.price',
    'account_manager deal.responsible_user.name',
    'kommo_deal_id deal.id',
  ]);
});

it('the company is a field where the account keeps it in one instead of in companies', () => {
  const own = field('Company', { source: 'company.name', type: 'builtin', of: 'company' });
  const empresa = field('Empresa', {
    type: 'text',
    value: 'Acme SL',
    source: 'contact.field.Empresa',
    of: 'contact',
  });
  expect(sourceOf('company', own, empresa)).toBe('contact.field.Empresa');
  expect(sourceOf('company', { ...own, value: 'Acme Ltd' }, empresa)).toBe('company.name');
});

it('predefined fields are recognised by their code, whatever the language of the account', () => {
  const position = field('Должность', {
    code: 'POSITION',
    type: 'text',
    of: 'contact',
    source: 'contact.field.7',
  });
  expect(sourceOf('position', position)).toBe('contact.field.7');
});

it('whatever the fields are called, each is used once and each attribute is guessed once', () => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('Plan', 'plan', 'Segmento', 'Canal', 'Cargo', 'City', 'Producto'),
  );
  const types = fc.constantFrom('select', 'text', 'url', 'date');
  const owners = fc.constantFrom('deal', 'contact', 'company');
  fc.assert(
    fc.property(fc.array(fc.record({ name: names, type: types, of: owners })), (records) => {
      const fields = records.map(({ name, ...part }, index) =>
        field(name, { ...(part as object), source: `x.field.${index}` }),
      );
      const guesses = guessAttributes(fields);
      const attributes = guesses.map(({ attribute }) => attribute);
      const sources = guesses.map(({ source }) => source);
      expect(new Set(attributes).size).toBe(attributes.length);
      expect(new Set(sources).size).toBe(sources.length);
    }),
  );
});
