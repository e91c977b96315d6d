import { describe, expect, it } from 'vitest';
import { contact, deal, field, SALES } from '../../../test/support/entities.ts';
import { type Scope, TextRenderer, TextTooExpensive } from './render-text.ts';
import { dealScope, evaluate, requiredParts } from './values.ts';

const scope = dealScope({
  deal: deal({
    tags: ['vip', 'spain'],
    fields: [field('Plan', 'Pro'), field('Seats', 12, 2), field('Signed', true, 3), field('V. 2.0', 'x', 4)],
  }),
  contact: contact({
    fields: [
      { id: 8, name: 'Email', code: 'EMAIL', values: ['a@x.com', 'b@x.com'], multiple: true },
      field('Address', { city: 'Riga', zip: 'LV-1010' }, 9),
    ],
  }),
  company: null,
  responsibleUser: { id: 77, name: 'Maria', email: 'maria@acme.com', isActive: true },
  account: { pipelines: [SALES], timezone: 'UTC', country: null },
});

describe('a value path', () => {
  it.each([
    ['deal.price', 1200],
    ['deal.stage', 'Closed - won'],
    ['deal.pipeline', 'Sales'],
    ['deal.tags', ['vip', 'spain']],
    ['deal.field.Plan', 'Pro'],
    ['deal.field.plan', 'Pro'],
    ['deal.field.2', 12],
    ['deal.field.Signed', true],
    ['deal.field.V. 2.0', 'x'],
    ['deal.responsible_user.name', 'Maria'],
    ['contact.first_name', 'Ann'],
    ['contact.field.EMAIL', ['a@x.com', 'b@x.com']],
    ['contact.field.Address', { city: 'Riga', zip: 'LV-1010' }],
    ['contact.field.9.city', 'Riga'],
    ['contact.field.Address.state', null],
    ['company.name', null],
    ['deal.field.Nothing', null],
    ['deal.__proto__', null],
    ['deal.constructor.name', null],
  ])('%s keeps its type', (path, value) => {
    expect(evaluate(path, scope, new TextRenderer(), 'The text')).toEqual(value);
  });
});

describe('a date', () => {
  const scopeIn = (timezone: string, day: number) =>
    dealScope({
      deal: deal({
        fields: [{ ...field('Starts', day), isCalendarDay: true }, field('Called', 1_769_828_400, 2)],
      }),
      contact: null,
      company: null,
      responsibleUser: null,
      account: { pipelines: [], timezone, country: null },
    });
  const render = (text: string, scope: Scope) => evaluate(text, scope, new TextRenderer(), 'The text');

  it.each([
    ['America/Los_Angeles', '2026-01-31T00:00:00-08:00', '2026-01-30 19:00'],
    ['Asia/Tokyo', '2026-01-31T00:00:00+09:00', '2026-01-31 12:00'],
    ['UTC', '2026-01-31T00:00:00Z', '2026-01-31 03:00'],
  ])(
    'is the same day in %s, in Liquid and at Customer.io; a moment is shown by the account’s clock',
    (zone, stored, called) => {
      const days = scopeIn(zone, Date.parse(stored) / 1000);
      expect(evaluate('deal.field.Starts', days, new TextRenderer(), 'x')).toBe(
        Date.parse('2026-01-31T00:00:00Z') / 1000,
      );
      expect(render("{{ deal.field.Starts | date: '%Y-%m-%d' }}", days)).toBe('2026-01-31');
      expect(render("{{ deal.field.Called | date: '%Y-%m-%d %H:%M' }}", days)).toBe(called);
      expect(render("{{ '2026-01-31' | date: '%d.%m.%Y' }}", days)).toBe('31.01.2026');
      expect(render("{{ deal.field.Called | date: '%H', 'UTC' }}", days)).toBe('03');
      expect(render("{% assign all = deal.field.Called | json %}{{ all | date: '%H:%M' }}", days)).toBe(
        called.slice(11),
      );
    },
  );
});

it.each([
  ['RU', '8 (999) 123-45-67', '+79991234567'],
  [null, '8 (999) 123-45-67', '8 (999) 123-45-67'],
  ['RU', 'ask Boris', 'ask Boris'],
])('a phone number of %s, %j, is %j in E.164', (country, phone, expected) => {
  const ofContact = dealScope({
    deal: deal(),
    contact: contact({ phones: [phone], fields: [field('Mobile', phone)] }),
    company: null,
    responsibleUser: null,
    account: { pipelines: [], timezone: 'UTC', country },
  });
  const value = (source: string) => evaluate(source, ofContact, new TextRenderer(), 'The text');
  expect(value('contact.phone_e164')).toBe(expected);
  expect(value('contact.phone')).toBe(phone);
  expect(value('{{ contact.field.Mobile | e164 }}')).toBe(expected);
  expect(value("{% assign all = contact.field.Mobile | split: '!' %}{{ all | e164 }}")).toBe(expected);
});

describe('the values of a plan', () => {
  const tags = Array.from({ length: 500 }, (_, n) => `A tag of the deal, number ${n}`);
  const many = dealScope({
    deal: deal({ tags }),
    contact: null,
    company: null,
    responsibleUser: null,
    account: { pipelines: [], timezone: 'UTC', country: null },
  });
  const evaluateAll = (paths: string[]) => {
    const texts = new TextRenderer();
    for (const path of paths) evaluate(path, many, texts, 'The data "tags"');
  };

  it('have a size that they may not exceed together', () => {
    evaluateAll(Array(10).fill('deal.tags'));
    expect(() => evaluateAll(Array(2_000).fill('deal.tags'))).toThrow(
      /^The data "tags" is too expensive to render: the texts and values for this event become longer than 256000/,
    );
  });

  it('may not take too long to find', () => {
    const fields = Array.from({ length: 500 }, (_, n) => field(`Field ${n}`, 'x', n + 1));
    const scopeOfFields = dealScope({
      deal: deal({ fields }),
      contact: null,
      company: null,
      responsibleUser: null,
      account: { pipelines: [], timezone: 'UTC', country: null },
    });
    const texts = new TextRenderer();
    expect(() => {
      for (let n = 0; n < 2_000; n++) evaluate(`deal.field.none ${n}`, scopeOfFields, texts, 'The data');
    }).toThrow(TextTooExpensive);
  });
});

it('renders Liquid as text', () => {
  expect(
    evaluate('{{ deal.price }} for {{ contact.first_name | upcase }}', scope, new TextRenderer(), 'The text'),
  ).toBe('1200 for ANN');
});

it('passes literals through', () => {
  expect(evaluate(3, scope, new TextRenderer(), 'The text')).toBe(3);
  expect(evaluate(true, scope, new TextRenderer(), 'The text')).toBe(true);
});

it('never lets a template reach a prototype', () => {
  expect(
    evaluate('[{{ deal.constructor.name }}{{ deal.__proto__ }}]', scope, new TextRenderer(), 'The text'),
  ).toBe('[]');
});

it('sees which parts of a deal’s surroundings are spoken of', () => {
  expect(requiredParts(['deal.price', 'Hello {{ contact.name }}'])).toEqual({
    contact: true,
    company: false,
    user: false,
  });
});
