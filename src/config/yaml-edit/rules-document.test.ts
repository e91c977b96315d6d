import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_ENV, fileWith, load, problemLines } from '../../../test/support/config-fixtures.ts';
import { loadRules, readRulesTree } from '../load-rules.ts';
import { ruleChanges } from '../rule-changes.ts';
import type { Tree } from '../tree.ts';
import type { RulesConfig } from '../types.ts';
import { extractRules } from './extract-rules.ts';
import { writeRules } from './write-rules.ts';

/* Rules as a document of their own: out of stagepost.yaml, changed by a form, told in sentences. */

const FILE = readFileSync(join(import.meta.dirname, '../../../examples/stagepost.yaml'), 'utf8');
const EXAMPLE = extractRules(FILE, 'acme')!;

function rulesOf(text: string): RulesConfig {
  const loaded = loadRules(text);
  if (!loaded.ok) throw new Error(loaded.problems[0]!.message);
  return loaded.rules;
}

describe('rules alone', () => {
  it('are the connection of the file, with the comments of the file', () => {
    const { config } = load(FILE, EXAMPLE_ENV) as Extract<ReturnType<typeof load>, { ok: true }>;
    const { stages, person, reactions, inactivity, skipMovesAfterSeconds } = config.connections[0]!;
    expect(rulesOf(EXAMPLE)).toMatchObject({ stages, person, reactions, inactivity, skipMovesAfterSeconds });
    expect(config.connections[0]!.rulesText()).toBe(EXAMPLE);
    expect(EXAMPLE).toContain(
      '# No reaction from the client in time: an event for Customer.io and a task for the manager\ninactivity:\n',
    );
    expect(EXAMPLE).not.toContain('kommo:');
  });

  it.each([
    [
      'an alias of something outside',
      'x: &a { pipeline: Sales, stage: Won, event: won }\nconnections: { a: { stages: [*a] } }',
    ],
    [
      'lists in the column of their key',
      'connections:\n  a:\n    kommo: 1\n    stages:\n    - pipeline: P\n    # mine\n    - pipeline: Q\n\nretention: 9d\n',
    ],
    [
      'blocks that look like comments',
      'connections:\n  a:\n    stages:\n      - note: |\n          # not a comment\n\n    # of kommo\n    kommo: 1\n',
    ],
    ['no rules', 'connections:\n  a:\n    kommo: 1\n'],
  ])('are taken out of a file with %s', (_, text) => {
    const { connections } = readRulesTree(text) as { connections: { a: { stages?: Tree } } };
    const { stages } = connections.a;
    expect(readRulesTree(extractRules(text, 'a')!)).toEqual(stages === undefined ? {} : { stages });
  });

  it('have no variables', () => {
    const result = loadRules('person: { attributes: { a: "${PLAN}", b: \'{{ "$${" }}\' } }\nstages: []');
    expect(problemLines(result as never)).toEqual([
      '1:28 person.attributes.a: rules that are kept in the console have no variables. Write the value itself. For a plain ${ write $${.',
    ]);
    expect(rulesOf('person: { attributes: { b: \'{{ "$${" }}\' } }').person.attributes).toEqual({
      b: '{{ "${" }}',
    });
  });

  it('cannot stand in the file where the console keeps them', () => {
    const wrong = fileWith('rules: console\nstages: [{ event: 1 }]\nskip_moves_after: 1h');
    expect(problemLines(load(wrong))).toEqual(
      [
        ['6:5', 'stages'],
        ['7:5', 'skip_moves_after'],
      ].map(
        ([at, key]) =>
          `${at} connections.acme.${key}: the rules are kept in the console, so "${key}" cannot stand here. Bring it there with: stagepost config apply stagepost.yaml --connection acme. Then remove it here.`,
      ),
    );
    expect(problemLines(load(fileWith('rules: console')))).toEqual([]);
  });
});

describe('a form’s rules in a text', () => {
  const change = (text: string, edit: (tree: { [key: string]: Tree }) => void) => {
    const tree = structuredClone(readRulesTree(text)!);
    edit(tree);
    return writeRules(text, tree)!;
  };

  it('leave the text as it is where nothing differs', () => {
    expect(change(EXAMPLE, () => {})).toBe(EXAMPLE);
  });

  it('keep every byte of what they do not change', () => {
    const after = change(EXAMPLE, (tree) => {
      const { attributes } = tree.person as { attributes: { [key: string]: Tree } };
      delete attributes.phone;
      attributes.vip = '{{ deal.price }}';
      (tree.stages as { event: string }[])[4]!.event = 'deal_won_b2b';
      (tree.inactivity as { start: string }[])[0]!.start = 'deal_won_b2b';
    });
    expect(after).toBe(
      EXAMPLE.replace('    phone: contact.phone\n', '')
        .replace('    kommo_deal_id: deal.id\n', '$&    vip: "{{ deal.price }}"\n')
        .replace('event: deal_won\n', 'event: deal_won_b2b\n')
        .replace('start: deal_won ', 'start: deal_won_b2b '),
    );
  });

  it('set what differs, and keep comments with what they speak of', () => {
    const before =
      '# ours\nstages:\n  - { pipeline: P, stage: A, event: a } # first\n  # two\n  - { pipeline: P, stage: B, event: b }\nskip_moves_after: 1h # short\n';
    const after = change(before, (tree) => {
      const [, two] = tree.stages as { [key: string]: Tree }[];
      two!.event = 'b2';
      tree.stages = [two!, { pipeline: 'P', stage: 'null', event: '' }];
    });
    expect(after).toBe(
      '# ours\nstages:\n  # two\n  - { pipeline: P, stage: B, event: b2 }\n  - pipeline: P\n    stage: "null"\n    event: ""\nskip_moves_after: 1h # short\n',
    );
  });

  it('do not change what an alias repeats elsewhere', () => {
    const before =
      'person: { attributes: &all { a: deal.name } }\nstages:\n  - { pipeline: P, stage: A, event: a, data: *all }\n';
    const after = change(before, (tree) => {
      tree.person = { attributes: { a: 'deal.id' } };
    });
    expect(readRulesTree(after)).toMatchObject({
      person: { attributes: { a: 'deal.id' } },
      stages: [{ data: { a: 'deal.name' } }],
    });
  });

  it('come back as they were, whatever they are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        'null',
        '~',
        '',
        ' ',
        '- a',
        'a: b',
        '# no',
        '{{ subject }}',
        '*a',
        '&a',
        '!t',
        '"',
        "'",
        'a\nb\n',
        '|',
        'true',
        '1e3',
        '<<',
        '\t',
        '$${',
      ),
    );
    const key = text.filter((name) => !['__proto__', '<<'].includes(name) && !name.includes('${'));
    const texts = fc.dictionary(key, text, { maxKeys: 4 });
    const stage = fc.record(
      { pipeline: text, stage: text, event: text, data: texts, note: text },
      { requiredKeys: ['pipeline', 'stage', 'event'] },
    );
    const rules = fc.record(
      {
        person: fc.record({ attributes: texts }),
        stages: fc.array(stage, { maxLength: 4 }),
        skip_moves_after: text,
      },
      { requiredKeys: [] },
    );
    const base = fc.constantFrom(
      '',
      EXAMPLE,
      'stages: &s\n- {pipeline: a, stage: b, event: c} # d\nperson: {attributes: {}}\n',
    );
    fc.assert(
      fc.property(base, rules, rules, (start, first, second) => {
        const written = writeRules(writeRules(start, first as never)!, second as never)!;
        expect(readRulesTree(written)).toEqual(JSON.parse(JSON.stringify(second)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('what changes, in sentences', () => {
  const changes = (before: string, after: string) => ruleChanges(rulesOf(before), rulesOf(after));
  const STAGE = 'stages: [{ pipeline: Sales, stage: Won, event: won }]';

  it.each([
    ['a rule', '', STAGE, 'Sales / Won: a new rule sends "won".'],
    ['no rule', STAGE, '', 'Sales / Won: the rule was removed; it sent "won".'],
    [
      'an event',
      STAGE,
      STAGE.replace('event: won', 'event: won_b2b'),
      'Sales / Won: the event is now "won_b2b" (was "won").',
    ],
    [
      'a value',
      STAGE,
      STAGE.replace('won }', 'won, data: { a: deal.id } }'),
      'Sales / Won: the event data "a" is new: deal.id.',
    ],
    [
      'a note',
      STAGE,
      STAGE.replace('won }', 'won, note: Hi }'),
      'Sales / Won: the note is now "Hi" (was the default text).',
    ],
    [
      'a tag',
      STAGE.replace('won }', 'won, tags: { add: [hot, warm] } }'),
      STAGE.replace('won }', 'won, tags: { add: [hot] } }'),
      'Sales / Won: it no longer adds the tag "warm".',
    ],
    [
      'a reaction with tags',
      '',
      'reactions: { email_clicked: { tags: { add: [engaged], remove: [cold] } } }',
      'email_clicked: a new reaction: adds the tag "engaged", removes the tag "cold".',
    ],
    [
      'who',
      '',
      'person: { contacts: all }',
      'The contacts to email are now all contacts of a deal (was only the main contact of a deal).',
    ],
    [
      'an attribute',
      'person: { attributes: { a: deal.id } }',
      'person: { attributes: { a: deal.name } }',
      'Attribute "a" is now deal.name (was deal.id).',
    ],
    [
      'a reaction',
      '',
      'reactions: { email_opened: { note: x, field: { s: y } } }',
      'email_opened: a new reaction: a note, sets "s".',
    ],
    [
      'a task',
      'reactions: { email_bounced: { task: { text: x } } }',
      'reactions: { email_bounced: { task: { text: x, due: 2d } } }',
      'email_bounced: the task’s due time is now 2d (was 1d).',
    ],
    [
      'machines',
      'reactions: { email_opened: { note: x } }',
      'reactions: { email_opened: { note: x, machine_opens: count } }',
      'email_opened: opens and clicks by machines are now counted (was ignored).',
    ],
    [
      'a time',
      '',
      'skip_moves_after: 36h',
      'The age after which stage changes are ignored is now 36h (was 3d).',
    ],
  ])('%s', (_, before, after, sentence) => {
    expect(changes(before, after)).toEqual([sentence]);
  });

  it('nothing, where only the writing differs', () => {
    expect(changes(STAGE, `# ours\n${STAGE.replace('Sales', '"sales"')}`)).toEqual([]);
  });
});
