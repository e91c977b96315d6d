import { expect, it } from 'vitest';
import type { Rules } from '../../../api/types.ts';
import { formOf } from './form.ts';
import { pathOfRule } from './rule-path.ts';

const stage = (id: number, name: string) => ({ id, name, color: null, rule: null, isLost: false });
const pipelines = [
  { id: 1, name: 'Sales', stages: [stage(10, 'Demo'), stage(142, 'Won')] },
] as unknown as Rules['pipelines'];
const form = formOf({
  stages: [
    { pipeline: 'Sales', stage: '142', event: 'deal_won' },
    { pipeline: 'Sales', stage: 'Demo', event: 'demo' },
  ],
  reactions: { email_opened: { note: 'x' } },
  inactivity: [{ start: 'deal_won', after: '5d', unless: 'email_opened', event: 'inactive' }],
});

it.each([
  ['Sales / Won → deal_won', ['stages', 0, 'event']],
  ['Sales / Demo → an_earlier_name', ['stages', 1, 'event']],
  ['email_opened', ['reactions', 'email_opened', 'note']],
  ['inactivity: deal_won → inactive', ['inactivity', 0, 'start']],
  ['Sales / Lost → lost', null],
])('%s leads to its rule', (title, path) => {
  expect(pathOfRule(title, form, pipelines)).toEqual(path);
});
