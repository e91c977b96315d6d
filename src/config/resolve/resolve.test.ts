import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { connectionOf, EXAMPLE_ENV, fileWith } from '../../../test/support/config-fixtures.ts';
import type { Catalog, FieldDefinition } from '../../domain/entities.ts';
import { resolveRules } from './resolve.ts';

const field = (id: number, name: string, code: string | null = null): FieldDefinition => ({
  id,
  name,
  code,
  type: 'text',
  options: null,
});
const list = (id: number, name: string, values: string[]): FieldDefinition => ({
  ...field(id, name),
  type: 'select',
  options: values.map((value, index) => ({ id: id * 10 + index, value })),
});
const stage = (id: number, name: string) => ({ id, name, color: null });

const catalog: Catalog = {
  account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: null },
  users: [],
  pipelines: [
    {
      id: 7001,
      name: 'Sales',
      stages: [
        stage(12345678, 'Demo scheduled'),
        stage(12345679, 'Demo completed'),
        stage(12345680, 'Proposal'),
        stage(12345681, 'Onboarding'),
        stage(142, 'Closed - won'),
        stage(143, 'Closed - lost'),
      ],
    },
    {
      id: 7002,
      name: 'Partners',
      stages: [
        stage(2001, 'Talk'),
        stage(2002, 'talk'),
        stage(2003, 'Pilot'),
        stage(2004, 'Pilot'),
        stage(142, 'Won'),
      ],
    },
    { id: 7003, name: 'Old', stages: [] },
    { id: 7004, name: 'Old', stages: [] },
  ],
  dealFields: [
    field(700100, 'Plan'),
    field(700101, 'Segment'),
    field(700102, 'Client type'),
    field(700103, 'Twice'),
    field(700104, 'Twice'),
    field(700105, 'Trailing '),
    field(700106, 'utm', 'UTM_SOURCE'),
    list(700300, 'email_status', ['subscribed', 'unsubscribed', 'bounced', 'spam']),
  ],
  contactFields: [
    field(800100, 'Phone', 'PHONE'),
    field(800101, 'Position', 'POSITION'),
    { ...field(800102, 'Address'), type: 'smart_address' },
  ],
  companyFields: [],
};

function resolve(lines: string, from: Catalog = catalog) {
  return resolveRules(connectionOf(fileWith(lines)), from);
}

/** What is wrong (or what is warned of), one line each. */
function said(lines: string, from: Catalog = catalog): string[] {
  const result = resolve(lines, from);
  return (result.ok ? result.warnings : result.problems).map(
    ({ line, column, path, message, hint }) =>
      `${line}:${column} ${path.replace('connections.acme.', '')}: ${message}. ${hint}`,
  );
}

describe('the example', () => {
  const example = readFileSync(new URL('../../../examples/stagepost.yaml', import.meta.url), 'utf8');
  const result = resolveRules(connectionOf(example, EXAMPLE_ENV), catalog);

  test('resolves without warnings', () => {
    expect(result).toMatchObject({ ok: true, warnings: [] });
  });

  test('has ids for names, and names for ids', () => {
    if (!result.ok) throw new Error('not resolved');
    const { rules } = result;
    expect(
      rules.stages.map(({ pipelineId, stageId, stageName, event }) => [
        pipelineId,
        stageId,
        stageName,
        event,
      ]),
    ).toEqual([
      [7001, 12345678, 'Demo scheduled', 'demo_scheduled'],
      [7001, 12345679, 'Demo completed', 'demo_completed'],
      [7001, 12345680, 'Proposal', 'proposal_sent'],
      [7001, 12345681, 'Onboarding', 'onboarding_started'],
      [7001, 142, 'Closed - won', 'deal_won'],
    ]);
    expect(rules.attributes).toMatchObject({ plan: 'deal.field.700100', first_name: 'contact.first_name' });
    expect(rules.stages[3]!.data).toEqual({ plan: 'deal.field.700100', deal_id: 'deal.id' });
    expect(rules.reactions[2]!.fields).toEqual({ email_status: 'unsubscribed' });
    expect(rules.inactivity).toHaveLength(1);
  });
});

describe('pipelines and stages', () => {
  const rule = (pipeline: string, name: string) =>
    `stages:\n  - { pipeline: ${pipeline}, stage: ${name}, event: e }`;

  test.each([
    ['sales', ' closed - WON ', 7001, 142],
    ['" Sales "', '142', 7001, 142],
    ['7002', 'Talk', 7002, 2001],
    ['Partners', 'talk', 7002, 2002],
    ['Partners', '2004', 7002, 2004],
    ['Partners', '142', 7002, 142],
  ])('%s / %s', (pipeline, name, pipelineId, stageId) => {
    const result = resolve(rule(pipeline, `"${name}"`));
    expect(result.ok && result.rules.stages[0]).toMatchObject({ pipelineId, stageId });
  });

  test.each([
    [
      'Sails',
      'Won',
      '6:21 stages[0].pipeline: Kommo has no pipeline "Sails". Did you mean "Sales"? It has Sales, Partners, Old, Old.',
    ],
    ['Old', 'Won', '6:21 stages[0].pipeline: there are 2 pipelines named "Old". Write the id: 7003, 7004.'],
    [
      '7003',
      'Won',
      '6:34 stages[0].stage: Kommo has no stage "Won" in the pipeline "Old". It has no stage at all.',
    ],
    [
      'Partners',
      'Pilot',
      '6:38 stages[0].stage: there are 2 stages named "Pilot" in the pipeline "Partners". Write the id: 2003, 2004.',
    ],
    [
      'Partners',
      'TALK',
      '6:38 stages[0].stage: there are 2 stages named "TALK" in the pipeline "Partners". Write the id: 2001, 2002.',
    ],
    [
      'Partners',
      'Signed',
      '6:38 stages[0].stage: Kommo has no stage "Signed" in the pipeline "Partners". It has Talk, talk, Pilot, Pilot, Won.',
    ],
  ])('%s / %s is wrong', (pipeline, name, line) => {
    expect(said(rule(pipeline, name))).toEqual([line]);
  });

  test('one stage by its name and by its id is a second rule for it', () => {
    expect(
      said(`${rule('Sales', 'Closed - won')}\n  - { pipeline: 7001, stage: 142, event: other }`),
    ).toEqual([
      '7:9 stages[1]: the stage has a rule already, in line 6. A stage sends one event. Remove one of the rules.',
    ]);
  });
});

describe('the deal of reports', () => {
  const dealRule = (name: string) => resolve(`person: { deal: "${name}" }`);

  test('is a pipeline by name or id, or one of the two words', () => {
    const partners = { kind: 'pipeline', pipelineId: 7002, pipelineName: 'Partners' };
    expect(dealRule('partners')).toMatchObject({ rules: { deal: partners } });
    expect(dealRule('7002')).toMatchObject({ rules: { deal: partners } });
    expect(dealRule('all')).toMatchObject({ rules: { deal: { kind: 'all' } } });
    expect(resolve('')).toMatchObject({ rules: { deal: { kind: 'last_changed' } } });
  });

  test('that Kommo does not have is refused, with the pipelines that it has', () => {
    expect(dealRule('Partner')).toMatchObject({
      problems: [{ path: 'connections.acme.person.deal', message: 'Kommo has no pipeline "Partner"' }],
    });
  });
});

describe('custom fields', () => {
  const attribute = (text: string) => `person: { attributes: { a: '${text}' } }`;

  test.each([
    ['deal.field.plan', 'deal.field.700100'],
    ['deal.field.700100', 'deal.field.700100'],
    ['deal.field["Client type"]', 'deal.field.700102'],
    ['deal.field.UTM_SOURCE', 'deal.field.700106'],
    ['contact.field.PHONE', 'contact.field.800100'],
    ['{{ deal.field["Client type"] }}', '{{ deal.field["Client type"] }}'],
    ['contact.field.Address.city', 'contact.field.800102.city'],
    ['contact.field.800102.ZIP', 'contact.field.800102.zip'],
    ['{{ contact.field.Address.city }}', '{{ contact.field.Address.city }}'],
    ['{{ contact.field.PHONE }}', '{{ contact.field.PHONE }}'],
    ['{{ deal.field["Trailing "] }}', '{{ deal.field["Trailing "] }}'],
    ['{{ deal.field[700100] }}', '{{ deal.field[700100] }}'],
  ])('%s', (text, resolved) => {
    const result = resolve(attribute(text));
    expect(result.ok && result.rules.attributes).toEqual({ a: resolved });
  });

  test.each([
    [
      'deal.field.Pln',
      'Kommo has no deal field "Pln". Did you mean "Plan"? It has Plan, Segment, Client type, Twice, Twice, Trailing , utm, email_status.',
    ],
    [
      'contact.field.Address.town',
      'the contact field "Address" has no part "town". It has address_line_1, address_line_2, city, state, zip, country.',
    ],
    [
      'contact.field.Position.city',
      'the contact field "Position" has no part "city". Write contact.field.Position.',
    ],
    ['contact.field.Plan', 'Kommo has no contact field "Plan". It has Phone, Position, Address.'],
    ['company.field.Size', 'Kommo has no company field "Size". It has no company field at all.'],
    ['deal.field.Twice', 'there are 2 deal fields named "Twice". Write the id: 700103, 700104.'],
    [
      '{{ deal.field.Pln }}',
      'Kommo has no deal field "Pln". Did you mean "Plan"? It has Plan, Segment, Client type, Twice, Twice, Trailing , utm, email_status.',
    ],
    [
      '{{ deal.field.plan }}',
      'the deal field "plan" is written "Plan" in Kommo. Write deal.field["Plan"] or deal.field[700100].',
    ],
  ])('%s is wrong', (text, line) => {
    expect(said(attribute(text))).toEqual([`5:32 person.attributes.a: ${line}`]);
  });

  test('are looked for in every text and value, each with its line', () => {
    const lines = said(`stages:
  - pipeline: Sales
    stage: Onboarding
    event: e
    data: { a: deal.field.A }
    note: '{{ deal.field.B }}'
reactions:
  email_opened:
    note: '{{ contact.field.C }}'
    task: { text: '{{ company.field.D }}' }
    field: { Plan: '{{ deal.field.E }}' }
inactivity:
  - { start: e, after: 1d, unless: email_opened, event: f, task: { text: '{{ deal.field.F }}' } }`);
    expect(lines.map((line) => line.replace(/"\. .*$/, ''))).toEqual([
      '9:20 stages[0].data.a: Kommo has no deal field "A',
      '10:15 stages[0].note: Kommo has no deal field "B',
      '13:15 reactions.email_opened.note: Kommo has no contact field "C',
      '14:23 reactions.email_opened.task.text: Kommo has no company field "D',
      '15:24 reactions.email_opened.field.Plan: Kommo has no deal field "E',
      '17:78 inactivity[0].task.text: Kommo has no deal field "F',
    ]);
  });
});

describe('conditions', () => {
  const stageIf = (condition: string) =>
    `stages:\n  - { pipeline: Sales, stage: Onboarding, event: e, if: ${condition} }`;

  test('get the ids of their fields, and sentences the names', () => {
    const result = resolve(
      stageIf('[{ value: deal.field.700100, equals: Pro }, { not: { value: deal.field.plan, empty: yes } }]'),
    );
    const plan = { kind: 'value', path: 'deal.field.700100', label: 'Plan' };
    expect(result.ok && result.rules.stages[0]!.condition).toEqual({
      kind: 'all',
      of: [
        { ...plan, test: { kind: 'one_of', wanted: ['Pro'] } },
        { kind: 'not', of: { ...plan, test: { kind: 'empty', wanted: true } } },
      ],
    });
  });

  test('on a field that Kommo does not have are refused, and on an option that it does not have warned of', () => {
    expect(said(stageIf('{ value: deal.field.Pln, equals: Pro }'))[0]).toMatch(
      /^6:\d+ stages\[0\]\.if\.value: Kommo has no deal field "Pln"/,
    );
    expect(said(stageIf('{ value: deal.field.email_status, equals: gone }'))).toEqual([
      '6:61 stages[0].if: the list field "email_status" has no option "gone". It has subscribed, unsubscribed, bounced, spam.',
    ]);
  });
});

describe('fields that reactions set', () => {
  const reaction = (fields: string) => `reactions:\n  email_bounced:\n    field: { ${fields} }`;

  test('a field that does not exist yet is a warning, and the reaction stays', () => {
    const lines = reaction('email_state: bounced');
    expect(resolve(lines)).toMatchObject({
      ok: true,
      rules: { reactions: [{ fields: { email_state: 'bounced' } }] },
    });
    expect(said(lines)[0]).toBe(
      '7:18 reactions.email_bounced.field.email_state: Kommo has no deal field "email_state". Until it exists it is not set. `stagepost doctor --fix` creates it.',
    );
  });

  test('a list field without the option is a warning that lists the options', () => {
    expect(said(reaction('email_status: Bounced'))).toEqual([
      '7:32 reactions.email_bounced.field.email_status: the list field "email_status" has no option "Bounced". It has subscribed, unsubscribed, bounced, spam. Kommo refuses any other text.',
    ]);
    expect(said(reaction("email_status: '{{ metric }}', 700100: anything"))).toEqual([]);
  });

  test('a name that two fields have is an error: it cannot be known which one is meant', () => {
    expect(resolve(reaction('Twice: x')).ok).toBe(false);
  });
});
