import { describe, expect, it } from 'vitest';
import { contact, deal, field, SALES } from '../../../test/support/entities.ts';
import { TextRenderer, TextTooExpensive } from './render-text.ts';
import { dealScope, evaluate, requiredParts } from './values.ts';

const scope = dealScope({
  deal: deal({
    tags: ['vip', 'spain'],
    fields: [field('Plan', 'Pro'), field('Seats', 12, 2), field('Signed', true, 3), field('V. 2.0', 'x', 4)],
  }),
  contact: contact({
    fields: [{ id: 8, name: 'Email', code: 'EMAIL', values: ['a@x.com', 'b@x.com'], multiple: true }],
  }),
  company: null,
  responsibleUser: { id: 77, name: 'Maria', email: 'maria@acme.com' },
  pipelines: [SALES],
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
    ['company.name', null],
    ['deal.field.Nothing', null],
    ['deal.__proto__', null],
    ['deal.constructor.name', null],
  ])('%s keeps its type', (path, value) => {
    expect(evaluate(path, scope, new TextRenderer(), 'The text')).toEqual(value);
  });
});

describe('the values of a plan', () => {
  const tags = Array.from({ length: 500 }, (_, n) => `A tag of the deal, number ${n}`);
  const many = dealScope({
    deal: deal({ tags }),
    contact: null,
    company: null,
    responsibleUser: null,
    pipelines: [],
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
      pipelines: [],
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
