import { inspect } from 'node:util';
import { buildConnector } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrackClient } from '../../../src/customerio/index.ts';
import { DeliveryError } from '../../../src/domain/errors.ts';
import { createKommoClient, type KommoClient, longLivedToken } from '../../../src/kommo/index.ts';
import { KINDS, type Kind, onRequest, startFaultyServer, startTcp } from '../../support/faulty-server.ts';
import { type How, startNetworkFault, withAgent } from '../../support/network-faults.ts';

/**
 * Who must act, for every status, kind of body and phase in which a call can fail. `unclear` is `retryable` for what may be
 * repeated and `unknown` for what creates something; `none` is a 204: nothing there for a read, no word for a write.
 */
const KOMMO = `
status own          gzip         mistyped     other        html         empty        text         broken       huge
200    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
201    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
202    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
204    none         none         none         none         none         none         none         none         none
206    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
301    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
302    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
307    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
400    permanent    permanent    permanent    unclear      unclear      unclear      unclear      unclear      unclear
401    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
402    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
403    unauthorized unauthorized unauthorized throttled    throttled    throttled    throttled    throttled    throttled
404    permanent    permanent    permanent    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
405    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
407    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
408    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
409    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
410    permanent    permanent    permanent    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
413    permanent    permanent    permanent    retryable    retryable    retryable    retryable    retryable    retryable
415    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
418    permanent    permanent    permanent    unclear      unclear      unclear      unclear      unclear      unclear
421    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
422    permanent    permanent    permanent    unclear      unclear      unclear      unclear      unclear      unclear
423    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
425    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
429    throttled    throttled    throttled    throttled    throttled    throttled    throttled    throttled    throttled
451    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
500    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
501    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
502    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
503    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
504    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
507    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
520    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
521    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
522    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
524    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
530    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear
599    unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear      unclear`;

/** How long to wait, in seconds, where a cell asks for it. */
const KOMMO_WAITS = `
status own          gzip         mistyped     other        html         empty        text         broken       huge
403    -            -            -            90           90           90           90           90           90
429    300          300          300          5            5            5            5            5            5`;

/** Identify and track may both be repeated (\`_timestamp\`, ULID), so nothing is ever unknown here. */
const CUSTOMERIO = `
status own          gzip         mistyped     other        html         empty        text         broken       huge
200    permanent    permanent    permanent    retryable    retryable    ok           retryable    retryable    retryable
201    permanent    permanent    permanent    retryable    retryable    ok           retryable    retryable    retryable
202    permanent    permanent    permanent    retryable    retryable    ok           retryable    retryable    retryable
204    ok           ok           ok           ok           ok           ok           ok           ok           ok
206    permanent    permanent    permanent    retryable    retryable    ok           retryable    retryable    retryable
301    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
302    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
307    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
400    permanent    permanent    permanent    retryable    retryable    retryable    retryable    retryable    retryable
401    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
402    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
403    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
404    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
405    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
407    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
408    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
409    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
410    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
413    permanent    permanent    permanent    retryable    retryable    retryable    retryable    retryable    retryable
415    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
418    permanent    permanent    permanent    retryable    retryable    retryable    retryable    retryable    retryable
421    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
422    permanent    permanent    permanent    retryable    retryable    retryable    retryable    retryable    retryable
423    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
425    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
429    throttled    throttled    throttled    throttled    throttled    throttled    throttled    throttled    throttled
451    unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized unauthorized
500    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
501    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
502    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
503    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
504    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
507    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
520    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
521    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
522    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
524    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
530    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable
599    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable    retryable`;

/** A phase in which no whole answer comes; the classes of Kommo's read, set and create, and of Customer.io's calls. */
const PHASES = `
phase                              read      set       create    customerio
host_name_not_found                retryable    retryable    retryable    retryable
connection_refused                 retryable    retryable    retryable    retryable
connection_never_made              retryable    retryable    retryable    retryable
tls_garbage                        retryable    retryable    retryable    retryable
reset_before_the_request_was_read  retryable    retryable    unknown      retryable
reset_after_the_request_was_read   retryable    retryable    unknown      retryable
closed_without_an_answer           retryable    retryable    unknown      retryable
something_that_is_not_http         retryable    retryable    unknown      retryable
closed_in_the_headers              retryable    retryable    unknown      retryable
closed_in_the_body                 retryable    retryable    unknown      retryable
closed_in_a_chunk                  retryable    retryable    unknown      retryable
closed_in_the_body_of_a_401        unauthorized unauthorized unauthorized unauthorized
closed_in_the_body_of_a_429        throttled    throttled    throttled    throttled
closed_in_the_body_of_a_503        retryable    retryable    unknown      retryable
closed_in_the_body_of_a_400        retryable    retryable    unknown      retryable
silence                            retryable    retryable    unknown      retryable
silence_in_the_headers             retryable    retryable    unknown      retryable
silence_in_the_body                retryable    retryable    unknown      retryable
silence_in_the_body_of_a_429       throttled    throttled    throttled    throttled
a_trickle_without_an_end           retryable    retryable    unknown      retryable`;

const EFFECTS = ['read', 'set', 'create'] as const;
type Effect = (typeof EFFECTS)[number];
const CALLS = ['identify', 'track'] as const;

/** As long as a real one: a JWT of about a thousand characters. */
const TOKEN = `eyJ${Array.from({ length: 200 }, (_, n) => ((n + 7) ** 5).toString(36).slice(0, 5)).join('')}`;
const API_KEY = '7f3c1b9e2d4a6058c9d1';
const SITE_ID = 'a1b2c3d4e5f6';
const SECRETS = [TOKEN, API_KEY, Buffer.from(`${SITE_ID}:${API_KEY}`).toString('base64')];
const PARTS_OF_SECRETS = SECRETS.flatMap((secret) =>
  Array.from({ length: Math.floor((secret.length - 5) / 5) }, (_, n) => secret.slice(5 * n, 5 * n + 10)),
);

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
  expect(PARTS_OF_SECRETS.filter((part) => text.includes(part))).toEqual([]);
}

const classOf = (outcome: Outcome) => (outcome === 'ok' ? 'ok' : outcome.failure);

async function readDeal(url: string): Promise<Outcome> {
  const client = createKommoClient({
    baseUrl: url,
    tokens: longLivedToken(() => TOKEN),
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
    tokens: longLivedToken(() => TOKEN),
    requestsPerSecond: 1000,
    quietUntilMs: 0,
    timeoutMs,
    ...(dispatcher ? { dispatcher } : {}),
  });
  const calls: Record<Effect, (kommo: KommoClient) => Promise<unknown>> = {
    read: (kommo) => kommo.users(),
    set: (kommo) => kommo.updateDeals(FIELD),
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
  if (word === 'none') return { read: 'ok', set: 'retryable', create: 'unknown' }[effect];
  if (word === 'unclear') return effect === 'create' ? 'unknown' : 'retryable';
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

let server: Awaited<ReturnType<typeof startFaultyServer>>;
beforeAll(async () => {
  server = await startFaultyServer();
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
  const others = KINDS.filter((kind) => !(kind in own)).map((kind) => [kind, 'unauthorized']);
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
  expect(classOf(await askKommo('create', how))).toBe('retryable');
  expect(classOf(await askCustomerio('track', '1', how))).toBe('retryable');
  const held = waiting;
  waiting = null;
  for (const go of held) go();
  // A later request on the same connection: had the others been sent, they would have come first.
  expect(classOf(await askKommo('create', how))).toBe('unknown');
  expect(requests).toBe(1);
});

describe.each(rowsOf(PHASES))('no whole answer: %s', (phase, words) => {
  it('has its class for every call', async () => {
    await using how = await startNetworkFault(phase);
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
