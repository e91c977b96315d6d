import { expect, it } from 'vitest';
import { sealContext } from '../../src/connections/sealed-form.ts';
import { Keyring } from '../../src/secrets/keyring.ts';
import { saveStoredConnection } from '../../src/store/connections/stored-connections.ts';
import { SECRET_KEY, storeConnection } from '../support/store-connection.ts';
import { expectSound, rig } from './support/rig.ts';
import { invited } from './support/visit.ts';

const PHONE = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const;

const made = rig({
  secretKey: SECRET_KEY,
  config: (yaml) => yaml.replace('requests_per_second: 7', 'requests_per_second: 7\n      changes: polling'),
});

it('says what to do about a connection whose secrets this server cannot read, and that it does not run', async () => {
  const { db, notify } = made.world.app.database;
  const lost = new Keyring([Buffer.alloc(32, 9)]);
  const secrets = lost.seal('{}', sealContext('beta'));
  await saveStoredConnection(db, { connection: 'beta', settings: '{}', secrets }, Date.now());
  notify({ type: 'connections_changed' });
  for (const options of [{}, PHONE]) {
    const visit = await made.visit(options);
    const { page } = visit;
    await visit.open('/connections');
    const card = page.getByRole('region', { name: 'Connections that cannot be read' });
    await expect.poll(() => page.reload().then(() => card.count())).toBe(1);
    await card.getByText(/beta/).first().waitFor();
    await card
      .getByText(/STAGEPOST_SECRET_KEY/)
      .first()
      .waitFor();
    await expectSound(visit);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
      page.viewportSize()!.width,
    );
  }
});

it('says that changes are read regularly where Kommo sends no webhooks', async () => {
  const visit = await made.visit();
  await visit.open('/connections');
  await visit.page
    .getByText(/every 20 seconds/)
    .first()
    .waitFor();
  await expectSound(visit);
});

it('an admin gives somebody a role for one connection, and that person sees no other', async () => {
  const { world, cookie } = made;
  await storeConnection(world, 'gamma');
  const vera = await made.visit({ cookie: await invited(world, cookie, 'Vera', 'viewer') });
  const admin = await made.visit();
  const { page } = admin;
  await admin.open('/people');
  await page.getByRole('button', { name: /\(.*: Vera\)/ }).click();
  await page.getByRole('checkbox', { name: 'All connections' }).uncheck();
  await page.getByLabel('Role for acme').selectOption('');
  await page.getByLabel('Role for gamma').selectOption('editor');
  await expectSound(admin);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: /^gamma \(/ }).waitFor();

  await vera.open('/connections');
  await vera.page.getByRole('region', { name: 'gamma' }).waitFor();
  expect(await vera.page.getByRole('region', { name: 'acme' }).count()).toBe(0);
});
