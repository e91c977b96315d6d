import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

const TO = 'me@desk.example';

describe.each(['email', 'contact_id'])('a test that an editor sends to themselves (%s)', (identity) => {
  let world: World;
  let admin: ConsoleClient;
  let deal: { id: number };

  beforeAll(async () => {
    world = await startWorld({
      appKey: true,
      config: (yaml) => yaml.replace(/identify_by: \w+/, `identify_by: ${identity}`),
    });
    admin = await firstAdmin(world.app);
    deal = world.deal({ email: 'ann@client.example', name: 'Ann Lee', plan: 'Pro' });
    world.move(deal.id, 'Closed - won');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
    await world.settled();
  });
  afterAll(() => world?.close());

  const won = () => ({ part: 'stages', index: 0 });
  const send = (part: object = {}) =>
    admin.ask('POST', '/api/rules/test', {
      connection: 'acme',
      rule: won(),
      dealId: deal.id,
      to: TO,
      ...part,
    });

  it('brings the campaign’s email to the editor, and writes nothing to Kommo', async () => {
    const notes = world.noteTexts(deal.id);
    const { status, body } = await send();
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { to: TO, attributes: { email: TO, stagepost_test: true } },
    });
    await eventually(() => expect(world.customerio.mailbox(TO)).toHaveLength(1));
    expect(world.customerio.person(body.person)!.attributes).not.toHaveProperty('kommo_deal_id');
    expect(world.customerio.mailbox('ann@client.example').length).toBeLessThanOrEqual(1);

    const [mail] = world.customerio.mailbox(TO);
    world.customerio.open(mail!.deliveryId);
    await eventually(async () => {
      const reports = (await world.trace(TO)).filter(({ name }) => name === 'email_opened');
      expect(reports).toMatchObject([
        { state: 'ignored', reason: expect.stringContaining('A test that an editor has sent') },
      ]);
    });
    await world.settled();
    expect(world.noteTexts(deal.id)).toEqual(notes);
    const { entries } = (await admin.get('/api/audit')).body;
    expect(entries[0]).toMatchObject({ what: 'test_sent', detail: `deal ${deal.id} to ${TO}` });
  });

  it('never goes to a client, also not by another address of the same mailbox, and not to no address', async () => {
    const sent = world.customerio.events('deal_won').length;
    for (const to of ['ann@client.example', 'Ann+me@client.example'])
      expect(await send({ to })).toMatchObject({
        status: 409,
        body: { error: expect.stringContaining('belongs to a client') },
      });
    expect(await send({ to: 'nobody' })).toMatchObject({ status: 400 });
    expect(world.customerio.events('deal_won')).toHaveLength(sent);
  });
});
