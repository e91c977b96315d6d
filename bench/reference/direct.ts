/**
 * The direct way, as an integrator would write it in an afternoon: a webhook handler that makes the API calls one
 * after the other and keeps nothing. It answers at once, works on as many deals at a time as Kommo's limit lets it,
 * and never lets more than 7 requests start in any rolling second: the direct way at its best.
 *
 * What it does not do: survive a restart, retry what failed, notice a webhook that comes twice, or tell one note from two.
 */
import Fastify from 'fastify';
import { Pool } from 'undici';

const { KOMMO_URL, KOMMO_TOKEN, CUSTOMERIO_TRACK_URL, CUSTOMERIO_SITE_ID, CUSTOMERIO_API_KEY } = process.env;
/** 0: no limit, where the simulator keeps none. */
const PER_SECOND = Number(process.env.REQUESTS_PER_SECOND ?? 0);
const CONNECTIONS = 32;

/** Answers are believed, not checked. */
// biome-ignore lint/suspicious/noExplicitAny: a handler of an afternoon.
type Json = any;

const kommo = new Pool(KOMMO_URL!, { connections: CONNECTIONS });
const customerio = new Pool(CUSTOMERIO_TRACK_URL!, { connections: CONNECTIONS });
const basic = Buffer.from(`${CUSTOMERIO_SITE_ID}:${CUSTOMERIO_API_KEY}`).toString('base64');

/** Resolves when one more request may start. */
const turn = PER_SECOND === 0 ? async () => {} : rollingSecond(PER_SECOND);

function rollingSecond(perSecond: number): () => Promise<void> {
  const starts: number[] = [];
  let line = Promise.resolve();
  const next = async () => {
    const oldest = starts.length >= perSecond ? starts.shift()! : Number.NEGATIVE_INFINITY;
    // A little more than a second: the requests do not all take equally long to arrive.
    const wait = oldest + 1_030 - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    starts.push(performance.now());
  };
  return () => (line = line.then(next));
}

async function askKommo(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Json> {
  await turn();
  const headers = { authorization: `Bearer ${KOMMO_TOKEN}`, 'content-type': 'application/json' };
  const answer = await kommo.request({ method, path, headers, body: body ? JSON.stringify(body) : null });
  // On a busy machine requests arrive closer to each other than they left.
  if (answer.statusCode === 429) {
    await answer.body.dump();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return askKommo(method, path, body);
  }
  if (answer.statusCode >= 300) throw new Error(`Kommo answered ${answer.statusCode}`);
  return answer.statusCode === 204 ? null : ((await answer.body.json()) as Json);
}

async function sendToCustomerio(method: 'PUT' | 'POST', path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/json' };
  const answer = await customerio.request({ method, path, headers, body: JSON.stringify(body) });
  await answer.body.dump();
  if (answer.statusCode >= 300) throw new Error(`Customer.io answered ${answer.statusCode}`);
}

async function won(dealId: string): Promise<void> {
  const deal = await askKommo('GET', `/api/v4/leads/${dealId}?with=contacts`);
  const contact = await askKommo('GET', `/api/v4/contacts/${deal._embedded.contacts[0].id}`);
  const values = (entity: Json, code: string) =>
    entity.custom_fields_values?.find((field: Json) => field.field_code === code || field.field_name === code)
      ?.values[0].value;
  const email = String(values(contact, 'EMAIL')).toLowerCase();
  const person = `/api/v1/customers/${encodeURIComponent(email)}`;
  const plan = values(deal, 'Plan');
  await sendToCustomerio('PUT', person, {
    name: contact.name,
    first_name: contact.first_name,
    phone: values(contact, 'PHONE'),
    plan,
    deal_amount: deal.price,
    kommo_deal_id: deal.id,
  });
  await sendToCustomerio('POST', `${person}/events`, { name: 'deal_won', data: { plan, deal_id: deal.id } });
  await askKommo('POST', '/api/v4/leads/notes', [
    {
      entity_id: deal.id,
      note_type: 'common',
      params: { text: "Campaign 'deal_won' launched in Customer.io" },
    },
  ]);
}

async function opened(email: string, subject: string): Promise<void> {
  const found = await askKommo('GET', `/api/v4/contacts?query=${encodeURIComponent(email)}&with=leads`);
  await askKommo('POST', '/api/v4/leads/notes', [
    {
      entity_id: found._embedded.contacts[0]._embedded.leads[0].id,
      note_type: 'common',
      params: { text: `Client opened email (${subject})` },
    },
  ]);
}

const app = Fastify();
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, new URLSearchParams(body as string)),
);
app.post('/webhooks/kommo/:connection/:secret', async (request) => {
  const dealId = (request.body as URLSearchParams).get('leads[status][0][id]')!;
  won(dealId).catch((error: Error) => console.error(error.message));
  return { ok: true };
});
app.post('/webhooks/customerio/:connection', async (request) => {
  const { data } = request.body as Json;
  opened(data.identifiers.email, data.subject).catch((error: Error) => console.error(error.message));
  return { ok: true };
});
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(`stagepost listening on http://127.0.0.1:${(app.server.address() as { port: number }).port}`);
process.on('SIGTERM', () => process.exit(0));
