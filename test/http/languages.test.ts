import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let client: ConsoleClient;
let dealId: number;

beforeAll(async () => {
  world = await startWorld({ healthTimes: { judgeEveryMs: 200, firstProbeMs: 3_600_000 } });
  client = await firstAdmin(world.app);
  dealId = world.deal({ email: 'ann@acme.com' }).id;
  world.move(dealId, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(dealId).length === 1);
  await world.settled();
});
afterAll(() => world?.close());

const read = (path: string, language: string) =>
  client.ask('GET', path, undefined, { 'accept-language': language });

it.each([
  ['es-MX,es;q=0.9,en;q=0.8', 'es', / pasó de "New lead" a "Closed - won"/],
  ['pt-BR', 'pt', / passou de "New lead" para "Closed - won"/],
  ['de', 'en', / moved from "New lead" to "Closed - won"/],
])('the activity speaks the language of %s', async (wanted, language, title) => {
  const { body, headers } = await read(`/api/activity?deal=${dealId}&kind=deal_moved`, wanted);
  expect(body.rows[0].title).toMatch(title);
  expect(headers.get('content-language')).toBe(language);
  expect(headers.get('vary')).toMatch(/accept-language/i);
});

it('an event speaks the reader’s language: its actions and what the client got', async () => {
  const list = await client.get(`/api/activity?deal=${dealId}&kind=deal_moved`);
  const { body } = await read(`/api/events/${list.body.rows[0].id}`, 'es');
  const titles = body.steps.map(({ title }: { title: string }) => title);
  expect(titles).toContainEqual(expect.stringMatching(/^Kommo: nota en el lead/));
  expect(body.answer.text).toMatch(/ (se aceptó|recibió el correo) /);
});

const RULES = `stages:
  - { pipeline: Sales, stage: Closed - won, event: won, delay: 2h, if: { value: deal.price, at_least: 1000 } }
`;

it('what a draft changes, and what differs between versions, is in the reader’s language', async () => {
  const accept = { 'accept-language': 'es' };
  const draft = { text: RULES };
  const checked = await client.ask('POST', '/api/rules/check', { connection: 'acme', draft }, accept);
  expect(checked.headers.get('content-language')).toBe('es');
  expect(checked.body.changes).toContainEqual(
    expect.stringMatching(
      /^Sales \/ Closed - won: condición: ahora presupuesto es al menos 1000 \(antes: ninguna\)\.$/,
    ),
  );
  const publication = { connection: 'acme', draft, basedOn: 0, ahead: true };
  expect(await client.ask('POST', '/api/rules/publish', publication)).toMatchObject({ status: 200 });
  const { body } = await read('/api/rules/difference?connection=acme&from=0&to=1', 'pt');
  expect(body.changes).toEqual(['Sales / Closed - won: uma nova regra envia "won".']);
});

it('trying rules speaks the reader’s language: the title, the requests, and why nothing is sent', async () => {
  const { rows } = (await client.get(`/api/activity?deal=${dealId}&kind=deal_moved`)).body;
  const event = await read(`/api/rules/preview?connection=acme&event=${rows[0].id}`, 'es');
  expect(event.headers.get('content-language')).toBe('es');
  expect(event.body.title).toMatch(/ pasó de "New lead" a "Closed - won"/);
  const draft = { text: 'person: { contacts: all }' };
  const [{ id: pipelineId, stages }] = (await client.get('/api/rules?connection=acme')).body.pipelines;
  const on = { kind: 'deal', dealId, pipelineId, stageId: stages[0].id };
  const body = { connection: 'acme', draft, on };
  const tried = await client.ask('POST', '/api/rules/preview', body, { 'accept-language': 'es' });
  expect(tried.body.title).toBe(`Si el lead ${dealId} pasara ahora a "${stages[0].name}" (Sales)`);
  expect(tried.body.draft.reason).toMatch(/^No hay regla para la etapa /);
  const compared = await client.ask(
    'POST',
    '/api/rules/compare',
    { connection: 'acme', draft },
    { 'accept-language': 'pt' },
  );
  expect(compared.body.different).toContainEqual(
    expect.objectContaining({ title: expect.stringMatching(/ passou de "New lead" para /) }),
  );
});

it('a client’s page and the search speak the reader’s language', async () => {
  const { body } = await read('/api/subjects?q=ann@acme.com', 'pt');
  expect(body.subjects[0].answer.text).toMatch(/ (foi aceito|recebeu o e-mail) /);
  const found = await read('/api/search?q=ann@acme.com', 'es');
  expect(found.body.results[0].mail.text).toBe('puede recibir correos');
});

it('the problems speak the reader’s language: what to do, and what the actions are called', async () => {
  world.customerio.faults.add({ kind: 'status', status: 400, match: { method: 'PUT' }, times: 1 });
  const { id } = world.deal({ email: 'bo@acme.com' });
  world.move(id, 'Closed - won');
  const problems = () => read(`/api/failures?deal=${id}`, 'es');
  await expect.poll(async () => (await problems()).body.groups, { timeout: 20_000 }).toHaveLength(1);
  const { body, headers } = await problems();
  expect(body.groups[0]).toMatchObject({
    names: { one: 'actualización de persona', many: 'actualizaciones de personas' },
    todo: expect.stringMatching(/^Customer.io lo rechazó; /),
  });
  expect(body.groups[0].followers).toContainEqual(
    expect.objectContaining({ names: { one: 'evento', many: 'eventos' } }),
  );
  expect(headers.get('content-language')).toBe('es');
  const plan = await client.ask('POST', '/api/replay/plan', { deal: id }, { 'accept-language': 'pt' });
  const kinds = plan.body.sides.flatMap((side: { kinds: object[] }) => side.kinds);
  expect(kinds).toContainEqual(expect.objectContaining({ names: { one: 'nota', many: 'notas' } }));
});

it('health speaks the reader’s language: what is wrong, what to do, and what was proven', async () => {
  type Side = { proofs: object[]; items: object[] };
  const sides = async (): Promise<Side[]> => (await read('/api/health', 'es')).body.connections[0].sides;
  // The person whom Customer.io has refused above.
  const items = async () => (await sides()).flatMap((side) => side.items);
  await expect.poll(items, { timeout: 20_000 }).toContainEqual(
    expect.objectContaining({
      message: 'Hay acciones para Customer.io que fallaron y no se reintentarán automáticamente.',
      todo: 'Corregir la causa y después reintentarlas o descartarlas en la página Problemas.',
    }),
  );
  expect((await sides()).flatMap(({ proofs }) => proofs)).toContainEqual(
    expect.objectContaining({
      title: 'El webhook de Kommo llega',
      by: 'un webhook que llegó de Kommo',
      todo: 'Mover un lead a otra etapa en Kommo.',
    }),
  );
});

it('the stream of events speaks the language of its address', async () => {
  const { status } = await client.get('/api/activity/stream?language=xx');
  expect(status).toBe(400);
});
