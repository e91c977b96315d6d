import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, attacks } from '../../test/support/hostile-drafts.ts';

/*
 * The attackers of the benchmark `abuse`, as a process of their own: what they cost must not slow the probes. Argument: JSON.
 * Ends with SIGTERM, and then prints how many answers of each status there were (0: none).
 */

interface Targets {
  url: string;
  secrets: Record<'viewer' | 'editor', string>;
  deal: object;
}

const SLOW_BODIES = 100;
const WRONG_SIGN_INS = 8;

/** Sends what `next` gives, one request after the other, until the signal. */
async function attack(
  { url }: Targets,
  next: () => Attack,
  headers: Record<string, string>,
  counts: Map<number, number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { method, path, body } = next();
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    const status = answer?.status ?? 0;
    counts.set(status, (counts.get(status) ?? 0) + 1);
    // A refusal comes at once, and a loop without a pause would measure this process.
    if (status === 0 || status >= 400) await sleep(20);
  }
}

/** Connections that send almost a megabyte and then stop, until the signal. */
async function slowBodies({ url }: Targets, signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(url);
  const open = () => {
    if (signal.aborted) return;
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        'POST /webhooks/customerio/acme HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 999999\r\n\r\n',
      );
      socket.write('x'.repeat(990_000));
    });
    socket.on('error', () => {});
    socket.on('close', () => setTimeout(open, 100));
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
  };
  for (let n = 0; n < SLOW_BODIES; n++) open();
}

const targets = JSON.parse(process.argv[2]!) as Targets;
const counts = new Map<number, number>();
const end = new AbortController();
const all = attacks({ connection: 'acme', deal: targets.deal });
const inTurn = (list: Attack[]) => {
  let n = 0;
  return () => list[n++ % list.length]!;
};
const bearer = (role: 'viewer' | 'editor') => ({ authorization: `Bearer ${targets.secrets[role]}` });
const signIn: Attack = {
  what: 'a wrong password',
  method: 'POST',
  path: '/api/session',
  body: JSON.stringify({ name: 'Ann', password: 'not this one' }),
};
const asBrowser = { 'x-stagepost': 'console', origin: targets.url };

process.on('SIGTERM', () => {
  end.abort();
  const answered = [...counts].toSorted(([a], [b]) => a - b).map(([status, n]) => `${n} × ${status}`);
  console.log(answered.join(', '));
  process.exit(0);
});
await slowBodies(targets, end.signal);
for (const [role, list] of [
  ['viewer', all],
  ['editor', all.toReversed()],
] as const)
  for (let n = 0; n < 2; n++) void attack(targets, inTurn(list), bearer(role), counts, end.signal);
for (let n = 0; n < WRONG_SIGN_INS; n++) void attack(targets, () => signIn, asBrowser, counts, end.signal);
