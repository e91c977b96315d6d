import { setTimeout as sleep } from 'node:timers/promises';
import type { TestRequest } from './test-request.ts';

/** One step of a test. `waiting`: not known yet, which need not be a mistake. */
export interface TestStep {
  state: 'good' | 'bad' | 'waiting';
  text: string;
}

/** A request in the inbox. */
export interface InboxRequest {
  id: number;
  /** What it was understood as, as a sentence; null until then. */
  outcome: string | null;
}

export interface TestResult<Found extends InboxRequest = InboxRequest> {
  steps: TestStep[];
  stored: Found | null;
}

export interface WebhookTest<Found extends InboxRequest = InboxRequest> {
  /** `Kommo` or `Customer.io`. */
  sender: string;
  /** How long the sender waits for an answer, ms. */
  patienceMs: number;
  request: TestRequest;
  /** Where the sender reaches this Stagepost; null where that is not known. */
  publicUrl: string | null;
  /** Where Stagepost listens on this machine. */
  localUrl: string;
  /** What the test cannot prove, as a sentence; it is the last step of a test that passes. */
  caveat?: string | null;
  /** Finds the request in the inbox; null where it is not there. */
  find(): Promise<Found | null>;
  /** Default 100 ms. */
  pollEveryMs?: number;
}

/** Where the connection runs, a request is understood within milliseconds. */
const UNDERSTOOD_WITHIN_MS = 5_000;
const POLL_EVERY_MS = 100;

/**
 * Sends a webhook without any effect to Stagepost itself, through its public address where that is known, and follows it
 * into the inbox. No step holds a secret.
 */
export async function testWebhook<Found extends InboxRequest>(
  test: WebhookTest<Found>,
): Promise<TestResult<Found>> {
  const { request, publicUrl, localUrl, sender } = test;
  const steps: TestStep[] = [{ state: 'good', text: `Sent to ${publicUrl ?? localUrl}${request.shownPath}` }];
  if (publicUrl === null) steps.push({ state: 'waiting', text: onlyLocal(sender) });
  const answer = await post(`${publicUrl ?? localUrl}${request.path}`, request, test.patienceMs);
  steps.push(answerStep(answer, test));
  if (answer.status !== 200) {
    if (publicUrl !== null) steps.push(await localStep(test));
    return { steps, stored: null };
  }
  const stored = await findUnderstood(test);
  steps.push(...storedSteps(stored));
  if (stored && test.caveat) steps.push({ state: 'waiting', text: test.caveat });
  return { steps, stored };
}

interface PostAnswer {
  /** HTTP status; null where there was no answer. */
  status: number | null;
  ms: number;
  /** Why there was no answer: the system's code. */
  code: string | null;
}

async function post(url: string, { headers, body }: TestRequest, patienceMs: number): Promise<PostAnswer> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const signal = AbortSignal.timeout(patienceMs);
    // It is not documented that Kommo or Customer.io follow redirects.
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.body?.cancel();
    return { status: answer.status, ms: took(), code: null };
  } catch (error) {
    return { status: null, ms: took(), code: codeOf(error) };
  }
}

/** Only the code, because the error's message can hold the address, and with it the secret. */
function codeOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return 'no answer in time';
  return typeof cause?.code === 'string' ? cause.code : 'the connection failed';
}

function answerStep({ status, ms, code }: PostAnswer, { sender, patienceMs }: WebhookTest): TestStep {
  if (status === 200)
    return { state: 'good', text: `Answered 200 after ${ms} ms; ${sender} waits ${patienceMs} ms` };
  if (status === null)
    return { state: 'bad', text: `No answer (${code}). Check the address, DNS, the proxy and the firewall.` };
  return { state: 'bad', text: `Answered ${status} after ${ms} ms. ${meaningOf(status)}` };
}

function meaningOf(status: number): string {
  if (status >= 300 && status < 400) return 'The address redirects to another one. Use the final address.';
  if (status === 401)
    return 'The signature was refused. Does the address lead to a Stagepost with another signing key?';
  if (status === 404)
    return 'The path does not exist there. Does the address lead to another program, or to a Stagepost with another secret?';
  if (status === 503) return 'Stagepost could not store it: the database is down or slow.';
  return 'Something in between has answered instead of Stagepost: check the proxy.';
}

function onlyLocal(sender: string): string {
  return `Stagepost does not know its public address, so this does not test whether ${sender} can reach it. Start it with --public-url.`;
}

/** The same request sent locally, which shows whether Stagepost or the network in between is at fault. */
async function localStep(test: WebhookTest): Promise<TestStep> {
  const { status, code } = await post(`${test.localUrl}${test.request.path}`, test.request, test.patienceMs);
  if (status === 200)
    return {
      state: 'good',
      text: `On this machine (${test.localUrl}) Stagepost answers 200, so the problem is between the sender and this machine.`,
    };
  return {
    state: 'bad',
    text: `The same on this machine (${test.localUrl}): ${status === null ? `no answer (${code})` : `${status}`}`,
  };
}

/** The request in the inbox, once it is understood or the time is over. */
async function findUnderstood<Found extends InboxRequest>(test: WebhookTest<Found>): Promise<Found | null> {
  const deadline = performance.now() + UNDERSTOOD_WITHIN_MS;
  for (;;) {
    const stored = await test.find();
    if (!stored || stored.outcome !== null || performance.now() > deadline) return stored;
    await sleep(test.pollEveryMs ?? POLL_EVERY_MS);
  }
}

function storedSteps(stored: InboxRequest | null): TestStep[] {
  if (!stored)
    return [
      {
        state: 'bad',
        text: 'It is not in this inbox, so the address leads to a Stagepost with another database.',
      },
    ];
  return [
    { state: 'good', text: `Stored in the inbox as webhook ${stored.id}` },
    stored.outcome === null
      ? { state: 'waiting', text: 'Not processed yet: the connection does not run, or is busy.' }
      : { state: 'good', text: `Understood: ${stored.outcome.replace(/^Ignored: /, '')}` },
  ];
}
