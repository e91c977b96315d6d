import { expect, it } from 'vitest';
import { formOf } from '../form.ts';
import { anchorOf } from '../problems.ts';
import { textsToRender } from './texts-to-render.ts';

const FORM = formOf({
  person: { attributes: { plan: 'deal.field.Plan' } },
  stages: [
    { pipeline: 'Sales', stage: 'Won', event: 'deal_won', data: { price: 'deal.price', empty: '' } },
    { pipeline: 'Sales', stage: 'Lost', event: 'deal_lost', note: 'Lost {{ deal.name }}' },
  ],
  reactions: { email_clicked: { task: { text: 'Call {{ contact.name }}' }, field: { Status: 'clicked' } } },
  inactivity: [
    { start: 'deal_won', after: '5d', unless: 'email_opened', event: 'quiet', task: { text: 'Ask' } },
  ],
});

const texts = (...open: (string | number)[][]) =>
  textsToRender(FORM, new Set(open.map(anchorOf))).map(({ key, kind, source }) => [key, kind, source]);

it('only the attributes are rendered while every rule is folded', () => {
  expect(texts()).toEqual([['at.person.attributes.plan', 'value', 'deal.field.Plan']]);
});

it('an unfolded rule has its texts rendered, the usual note of a stage too, but nothing that is empty', () => {
  expect(texts(['stages', 0]).slice(0, -1)).toEqual([
    ['at.stages.0.data.price', 'value', 'deal.price'],
    ['at.stages.0.note', 'stage_note', ''],
  ]);
  expect(texts(['reactions', 'email_clicked']).slice(0, -1)).toEqual([
    ['at.reactions.email_clicked.task.text', 'reaction', 'Call {{ contact.name }}'],
    ['at.reactions.email_clicked.field.Status', 'reaction', 'clicked'],
  ]);
  expect(texts(['inactivity', 0])[0]).toEqual(['at.inactivity.0.task.text', 'inactivity', 'Ask']);
});

it('no more texts are asked for than the server takes', () => {
  const attributes = Array.from({ length: 150 }, (_, index) => ({ name: `a${index}`, value: 'deal.id' }));
  const form = { ...FORM, person: { ...FORM.person, attributes } };
  expect(textsToRender(form, new Set())).toHaveLength(100);
});
