import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DraftTree } from '../../../api/types.ts';
import { allRowProblems, formOf, treeOf } from './form.ts';

/** The rules of examples/stagepost.yaml, every scalar a text as in a draft. */
function example(): DraftTree {
  const file = readFileSync(join(import.meta.dirname, '../../../../../examples/stagepost.yaml'), 'utf8');
  const asText = (_: unknown, value: unknown) => (typeof value === 'number' ? String(value) : value);
  const { kommo, customerio, ...rules } = JSON.parse(JSON.stringify(parse(file), asText)).connections.acme;
  return rules;
}

it('loses nothing of a draft on the way to the form and back', () => {
  expect(example().stages).toHaveLength(5);
  expect(treeOf(formOf(example()))).toEqual(example());
});

it('leaves out what is empty, so that it has its default, and keeps what must be filled in', () => {
  const tree: DraftTree = {
    stages: [{ pipeline: 'Sales', stage: 'Onboarding', event: '' }],
    reactions: { email_clicked: { task: { text: '' } }, email_opened: {} },
  };
  const form = formOf(tree);
  expect(form.stages[0]).toEqual({
    ...tree.stages![0],
    data: [],
    note: '',
    tags: { add: [], remove: [] },
    unmailable_clients: '',
    once: '',
  });
  expect(treeOf(form)).toEqual(tree);
  expect(treeOf(formOf({}))).toEqual({});
});

it('keeps the tags of stages and reactions, and leaves out a list that is empty', () => {
  const tree: DraftTree = {
    stages: [{ pipeline: 'Sales', stage: 'Onboarding', event: 'e', tags: { add: ['onboarding'] } }],
    reactions: { email_clicked: { tags: { add: ['engaged', 'warm'], remove: ['cold'] } } },
  };
  const form = formOf(tree);
  expect(form.stages[0]!.tags).toEqual({ add: ['onboarding'], remove: [] });
  expect(treeOf(form)).toEqual(tree);
});

it('keeps which deal a report belongs to', () => {
  const tree: DraftTree = { person: { deal: 'Service' } };
  expect(formOf(tree).person.deal).toBe('Service');
  expect(treeOf(formOf(tree))).toEqual(tree);
});

it('says which rows have no name or one that is there already, and leaves them out of the draft', () => {
  const form = formOf(example());
  form.person.attributes = [
    { name: 'plan', value: 'deal.field.Plan' },
    { name: ' plan', value: 'deal.field.Segment' },
    { name: '', value: 'deal.id' },
  ];
  expect(allRowProblems(form)).toEqual([
    { path: ['person', 'attributes', '#1'], problem: 'twice' },
    { path: ['person', 'attributes', '#2'], problem: 'nameless' },
  ]);
  expect(treeOf(form).person?.attributes).toEqual({ plan: 'deal.field.Plan' });
});

it('keeps when many deals at once are held, and a limit that was removed is gone', () => {
  const tree: DraftTree = {
    stages: [{ pipeline: 'Sales', stage: 'Onboarding', event: 'e', bulk_guard: { deals: '20' } }],
    bulk_guard: 'off',
  };
  const form = formOf(tree);
  expect(treeOf(form)).toEqual(tree);
  const [stage] = form.stages;
  const usual = { ...form, stages: [{ ...stage!, bulk_guard: undefined }], bulk_guard: undefined };
  expect(treeOf(usual)).toEqual({ stages: [{ pipeline: 'Sales', stage: 'Onboarding', event: 'e' }] });
});
