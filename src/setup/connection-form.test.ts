import { expect, it } from 'vitest';
import { loadStoredConnection } from '../config/index.ts';
import { emptyAnswers } from './answers.ts';
import { connectionForm } from './connection-form.ts';

const secrets = {
  ...{ webhookSecret: '0123456789abcdef', kommoToken: 'token' },
  ...{ siteId: 'site', apiKey: 'api-key', signingKey: 'signing-key' },
};
const configOf = (changes: 'webhooks' | 'polling') => {
  const { kommo, ...answers } = emptyAnswers('https://acme.kommo.com');
  const form = connectionForm(
    'acme',
    { answers: { ...answers, kommo: { ...kommo, changes } }, secrets },
    null,
    null,
  );
  const loaded = loadStoredConnection('acme', form);
  return loaded.ok ? loaded.config.kommo : null;
};

it('a setup of a plan without webhooks makes a connection that reads the events log every 20 seconds', () => {
  expect(configOf('polling')).toMatchObject({ changes: 'polling', pollEverySeconds: 20 });
});

it('any other setup makes a connection with webhooks', () => {
  expect(configOf('webhooks')).toMatchObject({ changes: 'webhooks' });
});
