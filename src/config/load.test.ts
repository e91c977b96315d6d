import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  connectionOf,
  EXAMPLE_ENV,
  fileWith,
  load,
  problemLines,
} from '../../test/support/config-fixtures.ts';
import { loadConfig } from './load.ts';
import { formatProblems } from './problems.ts';

const example = readFileSync(new URL('../../examples/stagepost.yaml', import.meta.url), 'utf8');

test.each(['connections: {}', 'connections:', 'retention: 30d'])(
  'a file without connections is valid, since the database can have them: %s',
  (text) => {
    const result = load(`${text}\n`);
    expect(result.ok && result.config.connections).toEqual([]);
  },
);

describe('the example', () => {
  test('loads as it stands, without warnings', () => {
    expect(problemLines(load(example, EXAMPLE_ENV))).toEqual([]);
    expect(load(example, EXAMPLE_ENV).ok).toBe(true);
  });

  test('means what its comments say', () => {
    const acme = connectionOf(example, EXAMPLE_ENV);
    expect(acme).toMatchObject({
      name: 'acme',
      kommo: { url: 'https://acme.kommo.com', requestsPerSecond: 7 },
      customerio: { region: 'us', siteId: 'site-0123456789' },
      person: { identifyBy: 'email', contacts: 'main' },
    });
    expect(acme.kommo.access.kind === 'token' && acme.kommo.access.token.reveal()).toBe(
      'kommo-token-0123456789',
    );
    expect(acme.kommo.webhookSecret.reveal()).toBe('0123456789abcdef0123456789abcdef');
    expect(acme.customerio.signingKeys.map((key) => key.reveal())).toEqual(['signing-key-0123456789']);
    expect(acme.customerio).toMatchObject({ appKey: undefined, trackUrl: undefined, appUrl: undefined });
    expect(acme.person.attributes.account_manager).toBe('deal.responsible_user.name');
    expect(acme.stages).toHaveLength(5);
    expect(acme.stages[2]).toEqual({
      pipeline: 'Sales',
      stage: '12345680',
      event: 'proposal_sent',
      data: {},
      note: null,
      tags: null,
      unmailableClients: 'send',
      condition: null,
      delaySeconds: 0,
      whenLeft: 'drop',
      once: null,
    });
    expect(acme.stages[4]!.data).toEqual({
      plan: 'deal.field.Plan',
      deal_id: 'deal.id',
      amount: 'deal.price',
    });
    expect(acme.reactions.map(({ name, repeat }) => [name, repeat])).toEqual([
      ['email_opened', 'first'],
      ['email_clicked', 'every'],
      ['email_unsubscribed', 'every'],
      ['email_bounced', 'every'],
      ['email_spammed', 'every'],
      ['email_converted', 'every'],
      ['customer_subscribed', 'every'],
    ]);
    expect(acme.inactivity[0]).toMatchObject({
      start: 'deal_won',
      afterSeconds: 432_000,
      unless: ['email_opened'],
    });
    expect(acme.inactivity[0]!.task!.dueSeconds).toBe(86_400);
  });

  test('says of every variable that is not set which one, where and in which key', () => {
    expect(problemLines(load(example)).map((line) => line.split('.  ')[0])).toEqual([
      expect.stringContaining('7:12 connections.acme.kommo.url: the variable KOMMO_URL is not set'),
      expect.stringContaining('8:14 connections.acme.kommo.token: the variable KOMMO_TOKEN is not set'),
      expect.stringContaining(
        '9:23 connections.acme.kommo.webhook_secret: the variable KOMMO_WEBHOOK_SECRET',
      ),
      expect.stringContaining('13:16 connections.acme.customerio.site_id: the variable CUSTOMERIO_SITE_ID'),
      expect.stringContaining('14:16 connections.acme.customerio.api_key: the variable CUSTOMERIO_API_KEY'),
      expect.stringContaining(
        '15:20 connections.acme.customerio.signing_key: the variable CUSTOMERIO_SIGNING',
      ),
    ]);
  });
});

describe('defaults', () => {
  test('of the smallest file', () => {
    const result = load(fileWith('stages:\n  - { pipeline: Sales, stage: 142, event: won }'));
    if (!result.ok) throw new Error(problemLines(result).join('\n'));
    expect(result.config.retentionSeconds).toBe(90 * 86_400);
    expect(result.config.databaseSizeLimit).toBeNull();
    expect(result.config.connections[0]).toMatchObject({
      kommo: { requestsPerSecond: 7 },
      customerio: { region: 'us' },
      person: { identifyBy: 'email', contacts: 'main', deal: 'last_changed', attributes: {} },
      reactions: [],
      inactivity: [],
    });
  });

  test('of reactions: only the first open counts, but every one of anything else; machines never', () => {
    const { reactions } = connectionOf(
      fileWith('reactions:\n  whatsapp_opened: { note: a }\n  sms_clicked: { task: { text: b } }'),
    );
    expect(reactions).toMatchObject([
      { repeat: 'first', machineOpens: 'ignore' },
      { repeat: 'every', machineOpens: 'ignore', task: { dueSeconds: 86_400 } },
    ]);
  });

  test('stand in for keys whose variable is empty', () => {
    const acme = connectionOf(fileWith('person: { contacts: "${WHO:-}", identify_by: "${BY}" }'), { BY: '' });
    expect(acme.person).toMatchObject({ contacts: 'main', identifyBy: 'email' });
  });
});

test('tags of stages and reactions are lists of names or Liquid texts', () => {
  const { stages, reactions } = connectionOf(
    fileWith(`stages:
  - { pipeline: Sales, stage: Won, event: won, tags: { add: ['{{ event }}'], remove: [cold, " two words "] } }
reactions:
  email_clicked: { tags: { add: [engaged] } }`),
  );
  expect(stages[0]!.tags).toEqual({ add: ['{{ event }}'], remove: ['cold', 'two words'] });
  expect(reactions[0]!.tags).toEqual({ add: ['engaged'], remove: [] });
});

describe('values', () => {
  test('keep numbers and booleans, and write paths in one way', () => {
    const { stages } = connectionOf(
      fileWith(`stages:
  - pipeline: Sales
    stage: 1.0
    event: e
    data:
      seats: 5
      rate: "0.5"
      trial: true
      kind: ' deal.field["Client type"] '
      seat_no: deal.field.No. of seats
      source: '{{ "website" }}'`),
    );
    expect(stages[0]!.stage).toBe('1.0');
    expect(stages[0]!.data).toEqual({
      seats: 5,
      rate: 0.5,
      trial: true,
      kind: 'deal.field.Client type',
      seat_no: 'deal.field.No. of seats',
      source: '{{ "website" }}',
    });
  });

  test('of a list of signing keys: empty ones are left out, so that the old one can go', () => {
    const text = fileWith('stages: []').replace('signing_key: sign', 'signing_key: ["${NEW}", "${OLD:-}"]');
    const keys = connectionOf(text, { NEW: 'new-key' }).customerio.signingKeys;
    expect(keys.map((key) => key.reveal())).toEqual(['new-key']);
  });

  test('of an alias stand in both connections', () => {
    const text = `${fileWith('stages: &stages\n  - { pipeline: Sales, stage: Won, event: won }')}
  other:
    kommo: { url: "http://127.0.0.1:9101", token: abc, webhook_secret: 0123456789abcdef }
    customerio: { site_id: site, api_key: key, signing_key: sign }
    stages: *stages
`;
    const result = load(text);
    expect(result.ok && result.config.connections.map(({ stages }) => stages[0]?.event)).toEqual([
      'won',
      'won',
    ]);
  });
});

test('warns of two connections with the same Kommo account', () => {
  const other = (url: string) => `${fileWith('stages: [{ pipeline: Sales, stage: Won, event: won }]')}
  other:
    kommo: { url: "${url}", token: abc, webhook_secret: 0123456789abcdef }
    customerio: { site_id: site, api_key: key, signing_key: sign }
    stages: [{ pipeline: Sales, stage: Won, event: won }]
`;
  expect(problemLines(load(other('https://acme.kommo.com/')))).toEqual([
    expect.stringContaining('other.kommo.url: the connection "acme" has the same Kommo account'),
  ]);
  expect(problemLines(load(other('https://beta.kommo.com')))).toEqual([]);
});

describe('secrets', () => {
  const secrets = ['kommo-token', 'api-key-', 'signing-key-', EXAMPLE_ENV.KOMMO_WEBHOOK_SECRET];
  const result = load(example, EXAMPLE_ENV);

  test.each([
    ['JSON', JSON.stringify(result)],
    ['inspect', inspect(result, { depth: 20 })],
    ['inspect without custom views', inspect(result, { depth: 20, customInspect: false, showHidden: true })],
    ['a template', result.ok ? `${result.config.connections[0]!.kommo.access}` : ''],
  ])('are not shown by %s', (_way, shown) => {
    for (const text of secrets) expect(shown).not.toContain(text);
    expect(shown).not.toBe('');
  });

  test('that were read from a file are named by that file where they are wrong', () => {
    const origins = new Map([['KOMMO_TOKEN', 'KOMMO_TOKEN_FILE (/run/secrets/kommo_token)']]);
    const env = { ...EXAMPLE_ENV, KOMMO_TOKEN: '' };
    const result = loadConfig({ text: example, file: 'stagepost.yaml', env, advice: { origins } });
    expect(problemLines(result)).toEqual([
      expect.stringContaining('is empty. The value comes from KOMMO_TOKEN_FILE (/run/secrets/kommo_token).'),
    ]);
  });

  test('that got into a wrong key are named by their variable', () => {
    const text = example.replace('plan: deal.field.Plan ', 'plan: ${KOMMO_TOKEN} ');
    const shown = problemLines(load(text, EXAMPLE_ENV)).join('\n');
    expect(shown).toContain('"${KOMMO_TOKEN}" is not a value path');
    expect(shown).not.toContain('kommo-token');
  });

  test('are named by their variable where words about another place would quote them', () => {
    const text = example.replace('event: deal_won\n', 'event: ${KOMMO_TOKEN}deal_won\n');
    const shown = problemLines(load(text, EXAMPLE_ENV)).join('\n');
    expect(shown).toMatch(/The events are .*, \$\{KOMMO_TOKEN\}deal_won\./);
    expect(shown).not.toContain('kommo-token');
  });

  test('that stand in the file itself are masked in the excerpts, also where the file is no YAML', () => {
    const files = [
      fileWith('stages: []').replace('token: abc123', 'token: [abc123]'),
      fileWith('stages: []').replace('token: abc123', 'token: "abc123'),
      'connections:\n  a:\n    kommo:\n      token:\n        abc123: x\n',
      'connections:\n  a:\n    customerio:\n      signing_key:\n        - "abc123\n',
      'connections:\n  a:\n    customerio:\n      signing_key:\n      - {abc123: 1}\n',
      'connections:\n  a:\n    customerio:\n      api_key: |x abc123\n         abc123\n',
    ];
    for (const text of files) {
      const read = load(text);
      const shown = read.ok ? '' : formatProblems(read.problems, 'stagepost.yaml', text);
      expect(shown).toContain('stagepost.yaml:');
      expect(shown).not.toContain('abc123');
    }
  });
});

describe('any text', () => {
  test('is answered, never thrown at', () => {
    const yamlish = fc.stringMatching(
      /^(?:[ \n\t:{}[\]&*!|>'"#%@`,?${}-]|connections|acme|kommo|<<|a|~){0,60}$/,
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), yamlish), (text) => {
        const result = load(text, { a: 'x' });
        if (!result.ok) expect(formatProblems(result.problems, 'f', text)).toMatch(/^f:\d+:\d+ {2}/);
      }),
      { numRuns: 400 },
    );
  });

  test('in place of any one value of the example is answered too', () => {
    const lines = example.split('\n');
    const line = fc.integer({ min: 3, max: lines.length - 2 });
    const filling = fc.oneof(
      fc.string(),
      fc.constantFrom('', '[]', '{}', '[{}]', '{ a: [] }', '*x', '&x', '1', '~'),
    );
    fc.assert(
      fc.property(line, filling, (index, text) => {
        const changed = lines
          .with(
            index,
            lines[index]!.replace(/:.*$/, () => `: ${text}`),
          )
          .join('\n');
        const result = load(changed, EXAMPLE_ENV);
        if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  test('in a variable stays one value: it adds no key and changes no other', () => {
    const text = fileWith(
      'stages:\n  - { pipeline: "${X}", stage: "a ${X}", event: e }\n  - { pipeline: P, stage: S, event: f }',
    );
    const nasty = fc.constantFrom(
      'a\n    reactions: {}',
      '}, {',
      '"',
      "' #",
      '${X}',
      '*a',
      '- x: y',
      '!!js x',
      '{{',
    );
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', minLength: 1 })), (value) => {
        fc.pre(value.trim() !== '');
        const { stages } = connectionOf(text, { X: value });
        expect(stages.map(({ pipeline, stage, event }) => [pipeline, stage, event])).toEqual([
          [value.trim(), `a ${value}`.trim(), 'e'],
          ['P', 'S', 'f'],
        ]);
      }),
    );
  });

  test('of brackets or of aliases does not exhaust the memory or the stack', () => {
    expect(problemLines(load('['.repeat(100_000)))[0]).toContain('nested too deeply');
    const bomb = ['a: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 12; level++)
      bomb.push(`b${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`);
    expect(problemLines(load(bomb.join('\n')))).toContainEqual(
      expect.stringContaining('the file is too big'),
    );
    expect(problemLines(load('a'.repeat(4_000_001)))).toEqual([
      expect.stringContaining('longer than 4 million characters'),
    ]);
    expect(problemLines(load('connections: &a { x: *a }'))).toContainEqual(
      expect.stringContaining('contains itself'),
    );
  });
});
