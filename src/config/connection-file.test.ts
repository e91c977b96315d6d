import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connectionFiles } from './connection-file.ts';
import { loadConfig } from './load.ts';
import { readRulesTree } from './load-rules.ts';
import { type ConnectionForm, connectionForms } from './stored-connection.ts';
import { extractRules } from './yaml-edit/extract-rules.ts';

const EXAMPLE = readFileSync(new URL('../../examples/stagepost.yaml', import.meta.url), 'utf8');
const RULES = extractRules(EXAMPLE, 'acme')!;

/** The form and the rules that the files of a connection give when they are imported. */
function imported(name: string, form: ConnectionForm, rules: string) {
  const { yaml, secrets } = connectionFiles(name, form, rules);
  const env = Object.fromEntries(secrets);
  const loaded = loadConfig({ text: yaml, file: 'stagepost.yaml', env });
  const forms = connectionForms(yaml, env);
  return {
    yaml,
    problems: loaded.ok ? [] : loaded.problems,
    names: [...forms.keys()],
    form: forms.get(name),
    rules: readRulesTree(extractRules(yaml, name) ?? ''),
  };
}

const secretText = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 40,
});
const webhookSecret = fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/);
const form: fc.Arbitrary<ConnectionForm> = fc.record({
  settings: fc.record({
    kommo: fc.record(
      {
        url: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/).map((name) => `https://${name}.kommo.com`),
        requests_per_second: fc.integer({ min: 1, max: 7 }).map(String),
        task_user: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
          .filter(
            (text) => text.trim() !== '' && text.trim() === text && !/[\p{Cc}\p{Cs}\ufeff]/u.test(text),
          ),
      },
      { requiredKeys: ['url'] },
    ),
    customerio: fc.record({
      region: fc.constantFrom('us', 'eu'),
      site_id: fc.stringMatching(/^[a-f0-9]{8,20}$/),
    }),
  }),
  secrets: fc.record({
    kommo: fc.record({ token: secretText, webhook_secret: webhookSecret }),
    customerio: fc.record(
      {
        api_key: secretText,
        signing_key: fc.oneof(secretText, fc.array(secretText, { minLength: 1, maxLength: 3 })),
        app_key: secretText,
      },
      { requiredKeys: ['api_key', 'signing_key'] },
    ),
  }),
});
const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,20}$/);
const rules = fc.oneof(
  fc.constant(RULES),
  fc.constant(''),
  fc.constant('# nothing yet\n'),
  fc
    .string({ unit: 'grapheme', maxLength: 30 })
    .map(
      (note) =>
        `# Правила ☂\n${JSON.stringify('stages')}:\n- ${JSON.stringify({ pipeline: 'Sales', stage: 'Won', event: 'won', note })}`,
    ),
  fc.constant('--- { stages: [{ pipeline: Sales, stage: Won, event: won, note: "a $${b}" }] }\n...\n'),
  fc.constant('reactions:\r\n  email_opened:\r\n    note: |2\r\n        indented\r\n      less\r\n'),
);

it('an exported connection is imported as it was, whatever its settings, secrets and rules', () => {
  fc.assert(
    fc.property(name, form, rules, (connection, stored, text) => {
      const result = imported(connection, stored, text);
      expect(result.names).toEqual([connection]);
      expect(result.form).toEqual(stored);
      expect(result.rules).toEqual(readRulesTree(text));
    }),
  );
});

it('the exported file has the comments of the rules, no secret, and is valid', () => {
  const env = {
    ...{
      KOMMO_URL: 'https://acme.kommo.com',
      KOMMO_TOKEN: 'token-of-acme',
      KOMMO_WEBHOOK_SECRET: 'a'.repeat(16),
    },
    ...{
      CUSTOMERIO_SITE_ID: 'site',
      CUSTOMERIO_API_KEY: 'key-of-acme',
      CUSTOMERIO_SIGNING_KEY: 'sign-of-acme',
    },
  };
  const stored = connectionForms(EXAMPLE, env).get('acme')!;
  const { yaml, problems, form: again } = imported('acme', stored, RULES);
  expect(problems).toEqual([]);
  expect(again).toEqual(stored);
  expect(yaml).toContain('    # Kommo -> Customer.io: who');
  expect(yaml).not.toMatch(/-of-acme|aaaaaaaa/);
});
