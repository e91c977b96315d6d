import { expect, it } from 'vitest';
import { inLiquid, insertAt, matching } from './values.ts';

it('finds a value by words of its path or of what Kommo calls it, beginnings first', () => {
  const labels: Record<string, string> = {
    'contact.field.Plan B': 'Plan B (text) of the contact',
    'deal.field.Plan': 'Plan (list) of the deal',
    'deal.price': 'Budget of the deal',
  };
  const options = Object.keys(labels).map((value) => ({ value }));
  const found = (typed: string) =>
    matching(options, typed, (value) => labels[value]!).map(({ value }) => value);
  expect(found('budget')).toEqual(['deal.price']);
  expect(found('plan list')).toEqual(['deal.field.Plan']);
  expect(found('deal')).toEqual(['deal.field.Plan', 'deal.price']);
  expect(found('')).toHaveLength(3);
  expect(found('nobody')).toEqual([]);
});

it('writes a path as Liquid reads it', () => {
  expect(inLiquid('deal.price')).toBe('{{ deal.price }}');
  expect(inLiquid('deal.field.Plan')).toBe('{{ deal.field.Plan }}');
  expect(inLiquid('contact.field.Client type')).toBe('{{ contact.field["Client type"] }}');
  expect(inLiquid('deal.field.7" pipe')).toBe(`{{ deal.field['7" pipe'] }}`);
});

it('inserts in the place of what is selected', () => {
  expect(insertAt('Hello X!', '{{ contact.name }}', [6, 7])).toEqual({
    text: 'Hello {{ contact.name }}!',
    caret: 24,
  });
});
