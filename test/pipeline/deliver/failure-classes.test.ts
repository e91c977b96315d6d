import { inspect } from 'node:util';
import { buildConnector } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrackClient } from '../../../src/customerio/index.ts';
import { DeliveryError } from '../../../src/domain/errors.ts';
import { createKommoClient, type KommoClient } from '../../../src/kommo/index.ts';
import { KINDS, type Kind, onRequest, startBadServer, startTcp } from '../../support/bad-server.ts';
import { type How, startPhase, withAgent } from '../../support/broken-phases.ts';

/**
 * Who must act, for every status, kind of body and phase in which a call can fail. `unclear` is `again` for what may be
 * repeated and `unknown` for what creates something; `none` is a 204: nothing there for a read, no word for a write.
 */
const KOMMO = `
status own       gzip      mistyped  other     html      empty     text      broken    huge
200    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
201    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
202    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
204    none      none      none      none      none      none      none      none      none
206    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
301    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
302    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
307    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
400    reject    reject    reject    unclear   unclear   unclear   unclear   unclear   unclear
401    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
402    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
403    reconnect reconnect reconnect slow_down slow_down slow_down slow_down slow_down slow_down
404    reject    reject    reject    reconnect reconnect reconnect reconnect reconnect reconnect
405    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
407    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
408    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
409    again     again     again     again     again     again     again     again     again
410    reject    reject    reject    reconnect reconnect reconnect reconnect reconnect reconnect
413    reject    reject    reject    again     again     again     again     again     again
415    again     again     again     again     again     again     again     again     again
418    reject    reject    reject    unclear   unclear   unclear   unclear   unclear   unclear
421    again     again     again     again     again     again     again     again     again
422    reject    reject    reject    unclear   unclear   unclear   unclear   unclear   unclear
423    again     again     again     again     again     again     again     again     again
425    again     again     again     again     again     again     again     again     again
429    slow_down slow_down slow_down slow_down slow_down slow_down slow_down slow_down slow_down
451    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
500    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
501    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
502    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
503    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
504    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
507    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
520    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
521    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
522    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
524    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
530    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear
599    unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear   unclear`;

/** How long to wait, in seconds, where a cell asks for it. */
const KOMMO_WAITS = `
status own       gzip      mistyped  other     html      empty     text      broken    huge
403    -         -         -         900       900       900       900       900       900
429    300       300       300       5         5         5         5         5         5`;

/** Identify and track may both be repeated (\`_timestamp\`, ULID), so nothing is ever unknown here. */
const CUSTOMERIO = `
status own       gzip      mistyped  other     html      empty     text      broken    huge
200    reject    reject    reject    again     again     ok        again     again     again
201    reject    reject    reject    again     again     ok        again     again     again
202    reject    reject    reject    again     again     ok        again     again     again
204    ok        ok        ok        ok        ok        ok        ok        ok        ok
206    reject    reject    reject    again     again     ok        again     again     again
301    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
302    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
307    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
400    reject    reject    reject    again     again     again     again     again     again
401    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
402    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
403    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
404    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
405    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
407    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
408    again     again     again     again     again     again     again     again     again
409    again     again     again     again     again     again     again     again     again
410    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
413    reject    reject    reject    again     again     again     again     again     again
415    again     again     again     again     again     again     again     again     again
418    reject    reject    reject    again     again     again     again     again     again
421    again     again     again     again     again     again     again     again     again
422    reject    reject    reject    again     again     again     again     again     again
423    again     again     again     again     again     again     again     again     again
425    again     again     again     again     again     again     again     again     again
429    slow_down slow_down slow_down slow_down slow_down slow_down slow_down slow_down slow_down
451    reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect reconnect
500    again     again     again     again     again     again     again     again     again
501    again     again     again     again     again     again     again     again     again
502    again     again     again     again     again     again     again     again     again
503    again     again     again     again     again     again     again     again     again
504    again     again     again     again     again     again     again     again     again
507    again     again     again     again     again     again     again     again     again
520    again     again     again     again     again     again     again     again     again
521    again     again     again     again     again     again     again     again     again
522    again     again     again     again     again     again     again     again     again
524    again     again     again     again     again     again     again     again     again
530    again     again     again     again     again     again     again     again     again
599    again     again     again     again     again     again     again     again     again`;

/** A phase in which no whole answer comes; the classes of Kommo's read, set and create, and of Customer.io's calls. */
const PHASES = `
phase                              read      set       create    customerio
host_name_not_found                again     again     again     again
connection_refused                 again     again     again     again
connection_never_made              again     again     again     again
tls_garbage                        again     again     again     again
reset_before_the_request_was_read  again     again     unknown   again
reset_after_the_request_was_read   again     again     unknown   again
closed_without_an_answer           again     again     unknown   again
something_that_is_not_http         again     again     unknown   again
closed_in_the_headers              again     again     unknown   again
closed_in_the_body                 again     again     unknown   again
closed_in_a_chunk                  again     again     unknown   again
closed_in_the_body_of_a_401        reconnect reconnect reconnect reconnect
closed_in_the_body_of_a_429        slow_down slow_down slow_down slow_down
closed_in_the_body_of_a_503        again     again     unknown   again
closed_in_the_body_of_a_400        again     again     unknown   again
silence                            again     again     unknown   again
silence_in_the_headers             again     again     unknown   again
silence_in_the_body                again     again     unknown   again
silence_in_the_body_of_a_429       slow_down slow_down slow_down slow_down
a_trickle_without_an_end           again     again     unknown   again`;

const EFFECTS = ['read', 'set', 'create'] as const;
type Effect = (typeof EFFECTS)[number];
const CALLS = ['identify', 'track'] as const;

/** As long as a real one: a JWT of about a thousand characters. */
const TOKEN = `eyJ${Array.from({ length: 200 }, (_, n) => ((n + 7) ** 5).toString(36).slice(0, 5)).join('')}`;
const API_KEY = '7f3c1b9e2d4a6058c9d1';
const SITE_ID = 'a1b2c3d4e5f6';
const SECRETS = [TOKEN, API_KEY, Buffer.from(`${SITE_ID}:${API_KEY}`).toString('base64')];

const FIELD = [{ dealId: 5, fields: [{ fieldId: 1, value: { text: 'x' } }], requestId: 'a' }];
const NOTES = [5, 6].map((dealId) => ({ dealId, text: 'hello', requestId: String(dealId) }));
const EVENT = { id: '01JZ0000000000000000000000', name: 'won', data: {}, timestamp: 1 };

type Outcome = 'ok' | DeliveryError;

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    expect(error).toBeInstanceOf(DeliveryError);
    expectNoSecret(inspect(error, { depth: 9 }));
    return error as DeliveryError;
  }
}

/** Not even a part of a secret. */
function expectNoSecret(text: string): void {
  for (const secret of SECRETS) {
    for (let at = 0; at + 10 <= secret.length; at += 5) expect(text).not.toContain(secret.slice(at, at + 10));
  }
}

const classOf = (outcome: Outcome) => (outcome === 'ok' ? 'ok' : outcome.failure);

async function readDeal(url: string): Promise<Outcome> {
  const client = createKommoClient({
    baseUrl: url,
    token: () => TOKEN,
    requestsPerSecond: 99,
    quietUntilMs: 0,
  });
  const outcome = await outcomeOf(client.deals([9]));
  await client.close();
  return outcome;
}

async function askKommo(effect: Effect, { url, timeoutMs = 5000, dispatcher }: How): Promise<Outcome> {
  const client = createKommoClient({
    baseUrl: url,
    token: () => TOKEN,
    requestsPerSecond: 1000,
    quietUntilMs: 0,
    timeoutMs,
    ...(dispatcher ? { dispatcher } : {}),
  });
  const calls: Record<Effect, (kommo: KommoClient) => Promise<unknown>> = {
    read: (kommo) => kommo.users(),
    set: (kommo) => kommo.setDealFields(FIELD),
    create: (kommo) => kommo.addNotes(NOTES),
  };
  const outcome = await outcomeOf(calls[effect](client));
  await client.close();
  return outcome;
}

async function askCustomerio(call: (typeof CALLS)[number], person: string, how: How): Promise<Outcome> {
  const track = createTrackClient({
    siteId: SITE_ID,
    apiKey: API_KEY,
    region: 'us',
    trackUrl: how.url,
    timeoutMs: how.timeoutMs ?? 5000,
    dispatcher: how.dispatcher,
  });
  const outcome = await outcomeOf(
    call === 'identify' ? track.identify(person, { plan: 'Pro' }, 1) : track.track(person, EVENT),
  );
  await track.close();
  return outcome;
}

/** What a word of Kommo's table means for an effect. */
function forEffect(word: string, effect: Effect): string {
  if (word === 'none') return { read: 'ok', set: 'again', create: 'unknown' }[effect];
  if (word === 'unclear') return effect === 'create' ? 'unknown' : 'again';
  return word;
}

/** The rows of a table: the first word of each, and the others by the names in the first line. */
function rowsOf(table: string): [string, Record<string, string>][] {
  const [head, ...lines] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return lines.map(([first, ...words]) => [
    first!,
    Object.fromEntries(words.map((word, index) => [head![index + 1]!, word])),
  ]);
}

async function byKind<T>(ask: (kind: Kind) => Promise<T>): Promise<Record<string, T>> {
  const values: Record<string, T> = {};
  for (const kind of KINDS) values[kind] = await ask(kind);
  return values;
}

let server: Awaited<ReturnType<typeof startBadServer>>;
beforeAll(async () => {
  server = await startBadServer();
});
afterAll(() => server.close());

describe.each(EFFECTS)('the class of an answer to Kommo’s %s', (effect) => {
  it.each(rowsOf(KOMMO))('%s', async (status, words) => {
    const outcomes = await byKind((kind) => askKommo(effect, { url: `${server.url}/${status}/${kind}` }));
    const classes = Object.entries(outcomes).map(([kind, outcome]) => [kind, classOf(outcome)]);
    const expected = Object.entries(words).map(([kind, word]) => [kind, forEffect(word, effect)]);
    expect(Object.fromEntries(classes)).toEqual(Object.fromEntries(expected));
  });

  it.each(rowsOf(KOMMO_WAITS))('%s: how long to wait', async (status, words) => {
    const outcomes = await byKind((kind) => askKommo(effect, { url: `${server.url}/${status}/${kind}` }));
    const waits = Object.entries(outcomes).map(([kind, outcome]) => {
      const ms = outcome === 'ok' ? null : outcome.retryAfterMs;
      return [kind, ms === null ? '-' : String(ms / 1000)];
    });
    expect(Object.fromEntries(waits)).toEqual(words);
  });
});

describe.each(CALLS)('the class of an answer to Customer.io’s %s', (call) => {
  it.each(rowsOf(CUSTOMERIO))('%s', async (status, words) => {
    const outcomes = await byKind((kind) => askCustomerio(call, `${status}.${kind}`, server));
    const classes = Object.entries(outcomes).map(([kind, outcome]) => [kind, classOf(outcome)]);
    expect(Object.fromEntries(classes)).toEqual(words);
  });
});

describe.each(['200', '201', '202', '206'])('the destination’s own answer with %s is a success', (status) => {
  it.each(EFFECTS)('of Kommo’s %s', async (effect) => {
    expect(await askKommo(effect, { url: `${server.url}/${status}/done` })).toBe('ok');
  });

  it.each(CALLS)('of Customer.io’s %s', async (call) => {
    expect(await askCustomerio(call, `${status}.done`, server)).toBe('ok');
  });
});

it('only Kommo’s own 404 says that a deal does not exist', async () => {
  const outcomes = await byKind((kind) => readDeal(`${server.url}/404/${kind}`));
  const classes = Object.entries(outcomes).map(([kind, outcome]) => [kind, classOf(outcome)]);
  const own = { own: 'ok', gzip: 'ok', mistyped: 'ok' };
  const others = KINDS.filter((kind) => !(kind in own)).map((kind) => [kind, 'reconnect']);
  expect(Object.fromEntries(classes)).toEqual({ ...own, ...Object.fromEntries(others) });
});

it('what was given up before the connection stood is never sent afterwards', async () => {
  let requests = 0;
  await using tcp = await startTcp((socket) =>
    onRequest(socket, () => {
      requests += 1;
      socket.end();
    }),
  );
  const connectNow = buildConnector({});
  let waiting: (() => void)[] | null = [];
  const connect: typeof connectNow = (options, done) =>
    waiting ? void waiting.push(() => connectNow(options, done)) : connectNow(options, done);
  await using how = withAgent(connect, 1000, `http://127.0.0.1:${tcp.port}`);
  expect(classOf(await askKommo('create', how))).toBe('again');
  expect(classOf(await askCustomerio('track', '1', how))).toBe('again');
  const held = waiting;
  waiting = null;
  for (const go of held) go();
  // A later request on the same connection: had the others been sent, they would have come first.
  expect(classOf(await askKommo('create', how))).toBe('unknown');
  expect(requests).toBe(1);
});

describe.each(rowsOf(PHASES))('no whole answer: %s', (phase, words) => {
  it('has its class for every call', async () => {
    await using how = await startPhase(phase);
    const kommo = EFFECTS.map(async (effect) => [effect, classOf(await askKommo(effect, how))]);
    const customerio = CALLS.map(async (call) => [call, classOf(await askCustomerio(call, '1', how))]);
    const { customerio: word, ...effects } = words;
    expect(Object.fromEntries(await Promise.all([...kommo, ...customerio]))).toEqual({
      ...effects,
      identify: word,
      track: word,
    });
  });
});
