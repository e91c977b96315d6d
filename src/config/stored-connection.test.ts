import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Secret, secret } from '../lib/secret.ts';
import { loadConfig } from './load.ts';
import { connectionForms, loadStoredConnection } from './stored-connection.ts';

const text = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');
const env = {
  KOMMO_URL: 'https://acme.kommo.com',
  KOMMO_TOKEN: 'token-of-kommo',
  KOMMO_WEBHOOK_SECRET: '0123456789abcdef0123456789abcdef',
  CUSTOMERIO_SITE_ID: 'site',
  CUSTOMERIO_API_KEY: 'key-of-track',
  CUSTOMERIO_SIGNING_KEY: 'key-of-reports',
  CUSTOMERIO_APP_KEY: 'key-of-app',
};
const SECRETS = [
  env.KOMMO_TOKEN,
  env.KOMMO_WEBHOOK_SECRET,
  env.CUSTOMERIO_API_KEY,
  env.CUSTOMERIO_SIGNING_KEY,
  env.CUSTOMERIO_APP_KEY,
];
const form = connectionForms(text, env).get('acme')!;

it('is the connection of the file, but for its rules', () => {
  const stored = loadStoredConnection('acme', form);
  const loaded = loadConfig({ text, file: 'stagepost.yaml', env });
  if (!stored.ok || !loaded.ok) throw new Error('not valid');
  const { kommo, customerio } = loaded.config.connections[0]!;
  expect(revealed(stored.config)).toMatchObject({
    ...{ name: 'acme', rulesIn: 'console', stages: [] },
    ...{ kommo: revealed(kommo), customerio: revealed(customerio) },
  });
});

it('has every secret apart from the settings', () => {
  const settings = JSON.stringify(form.settings);
  expect(SECRETS.filter((value) => settings.includes(value))).toEqual([]);
  const secrets = JSON.stringify(form.secrets);
  expect(SECRETS.filter((value) => !secrets.includes(value))).toEqual([]);
});

it('keeps no value of a secret key in the settings, whichever keys are secrets', () => {
  const stored = loadStoredConnection('acme', form);
  if (!stored.ok) throw new Error('not valid');
  const settings = JSON.stringify(form.settings);
  expect(secretsIn(stored.config).filter((value) => settings.includes(value))).toEqual([]);
  expect(secretsIn(stored.config).toSorted()).toEqual(SECRETS.toSorted());
});

it('keeps all of an OAuth integration among the secrets', () => {
  const oauth = '{ client_id: integration, client_secret: key-of-integration }';
  const written = text.replace(/token: .*/, `oauth: ${oauth}`);
  const { settings, secrets } = connectionForms(written, env).get('acme')!;
  expect(JSON.stringify(settings)).not.toContain('integration');
  const stored = loadStoredConnection('acme', { settings, secrets });
  if (!stored.ok) throw new Error('not valid');
  expect(revealed(stored.config.kommo.access)).toEqual({
    ...{ kind: 'oauth', clientId: 'integration', clientSecret: 'key-of-integration', redirectUri: null },
  });
});

it('says which key is wrong, and nothing of a secret', () => {
  const { token: _, ...others } = form.secrets.kommo as Record<string, string>;
  const result = loadStoredConnection('acme', {
    settings: { ...form.settings, customerio: { region: 'asia', site_id: 'site' } },
    secrets: { ...form.secrets, kommo: { ...others, webhook_secret: 'short' } },
  });
  if (result.ok) throw new Error('valid');
  expect(result.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'acme.kommo.token: is missing',
    'acme.kommo.webhook_secret: is too short: at least 16 characters',
    'acme.customerio.region: must be us or eu',
  ]);
});

function revealed(value: unknown): unknown {
  if (isSecret(value)) return value.reveal();
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}

function secretsIn(value: unknown): string[] {
  if (isSecret(value)) return [value.reveal()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(secretsIn) : [];
}

function isSecret(value: unknown): value is Secret {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).join() === Object.keys(secret('')).join()
  );
}
