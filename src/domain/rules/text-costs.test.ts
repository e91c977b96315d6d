import { expect, it } from 'vitest';
import type { Rules } from './rules.ts';
import { checkTextCosts } from './text-costs.ts';

const HANGS =
  "{% assign a = 'x' | split: ',' %}{% for i in (1..60) %}{% assign a = a | push: a | push: a %}{% endfor %}{{ a }}";

function rules(part: Partial<Rules>): Rules {
  return {
    skipMovesAfterSeconds: 3_600,
    waitForContactSeconds: 3_600,
    identifyBy: 'email',
    profiles: { idPrefix: '', merge: true, whenEmailRemoved: 'clear', whenContactDeleted: 'keep' },
    contacts: 'main',
    deal: { kind: 'last_changed' },
    attributes: { plan: 'deal.field.Plan' },
    stages: [],
    reactions: [],
    inactivity: [],
    consent: { fromCrm: true, contactField: null, topics: [], optInFromCrm: false },
    ...part,
  };
}

const STAGE = {
  ...{ pipelineId: 1, stageId: 142, pipelineName: 'Sales', stageName: 'Won', event: 'deal_won' },
  ...{
    data: { price: 'deal.price' },
    note: null,
    tags: null,
    unmailableClients: 'send' as const,
    condition: null,
    delaySeconds: 0,
    quietHours: null,
    whenLeft: 'drop' as const,
    once: null,
    bulkGuard: null,
  },
};

const REACTION = {
  ...{ name: 'email_opened', note: null, task: null, fields: {}, tags: null },
  ...({ repeat: 'first', machineOpens: 'ignore' } as const),
};

it('finds no fault with ordinary rules', () => {
  const note =
    '{{ person }} got {{ event }}. {% for tag in deal.tags %}{{ tag }}, {% endfor %}{{ deal.field.Any }}';
  expect(checkTextCosts(rules({ stages: [{ ...STAGE, note }] }))).toEqual([]);
});

it('counts the attributes in the plan of every stage, and renders them once for all stages', () => {
  const loop = "{% for tag in deal.tags %}{{ tag | upcase | split: ' ' | size }}{% endfor %}";
  const half = Object.fromEntries(Array.from({ length: 2 }, (_, index) => [`a${index}`, `${index} ${loop}`]));
  const stages = Array.from({ length: 60 }, () => ({ ...STAGE, note: '{{ event }}' }));
  expect(checkTextCosts(rules({ attributes: half, stages }))).toEqual([]);
  const tooMuch = [{ ...STAGE, note: Object.values(half).join(' ') }];
  expect(checkTextCosts(rules({ stages: tooMuch }))).toEqual([]);
  const problems = checkTextCosts(rules({ attributes: half, stages: tooMuch }));
  expect(problems.map(({ path }) => path)).toEqual([['stages', 0, 'note']]);
});

it.each<[string, Partial<Rules>, (string | number)[], string]>([
  ['attribute', { attributes: { plan: HANGS } }, ['attributes', 'plan'], 'The attribute "plan"'],
  [
    'note of a stage',
    { stages: [{ ...STAGE, note: HANGS }] },
    ['stages', 0, 'note'],
    'The note of the stage rule "Sales / Won"',
  ],
  [
    'value of event data',
    { stages: [{ ...STAGE, data: { sum: HANGS } }] },
    ['stages', 0, 'data', 'sum'],
    'The data "sum" of the stage rule "Sales / Won"',
  ],
  [
    'tag of a reaction',
    { reactions: [{ ...REACTION, tags: { add: ['vip', HANGS], remove: [] } }] },
    ['reactions', 0, 'tags', 'add', 1],
    'A tag of the reaction "email_opened"',
  ],
  [
    'field of a reaction',
    { reactions: [{ ...REACTION, fields: { Status: HANGS } }] },
    ['reactions', 0, 'fields', 'Status'],
    'The field "Status" of the reaction "email_opened"',
  ],
  [
    'task of an inactivity rule',
    {
      inactivity: [
        {
          ...{ start: 'deal_won', afterSeconds: 60, unless: ['email_opened'], event: 'silent' },
          task: { text: HANGS, dueSeconds: 60 },
          ...{ stopWhen: [], unmailableClients: 'stop' as const },
        },
      ],
    },
    ['inactivity', 0, 'task', 'text'],
    'The task of the inactivity rule "deal_won"',
  ],
])('names the %s that costs too much', (_what, part, path, place) => {
  const problems = checkTextCosts(rules(part));
  expect(problems).toContainEqual({ path, message: expect.stringContaining(`${place} is too expensive`) });
});
