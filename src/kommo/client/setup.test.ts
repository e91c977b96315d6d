import { expect, test } from 'vitest';
import { startKommo } from '../../../test/support/kommo-server.ts';

const DESTINATION = 'https://me.example/webhooks/kommo/acme/x';
const SETTINGS = ['status_lead', 'add_unsorted', 'delete_unsorted'];

type Sent = { settings: string[] };

test('an account that refuses the events of incoming leads gets a webhook without them', async () => {
  await using kommo = await startKommo(({ body }) => {
    const { settings } = body as Sent;
    return settings.includes('add_unsorted')
      ? { status: 400, json: { title: 'Bad Request' } }
      : { json: { id: 1, ...(body as Sent) } };
  });
  expect((await kommo.client.registerWebhook(DESTINATION, SETTINGS)).settings).toEqual(['status_lead']);
  expect(kommo.calls).toHaveLength(2);
});

test('a webhook that is refused for another reason is not tried again', async () => {
  await using kommo = await startKommo(() => ({ status: 403, json: { title: 'Forbidden' } }));
  await expect(kommo.client.registerWebhook(DESTINATION, SETTINGS)).rejects.toMatchObject({ status: 403 });
  expect(kommo.calls).toHaveLength(1);
});
