import { setTimeout as sleep } from 'node:timers/promises';
import type { TestRequest } from './test-request.ts';

/** How a test went, one step after the other. `waiting`: not seen yet, which need not be wrong. */
export interface TestStep {
  state: 'good' | 'bad' | 'waiting';
  text: string;
}

/** A request as the inbox has it. */
export interface Stored {
  id: number;
  /** What was understood, in words; null where nobody has looked at it yet. */
  outcome: string | null;
}

export interface TestResult<Found extends Stored = Stored> {
  steps: TestStep[];
  stored: Found | null;
}

export interface WebhookTest<Found extends Stored = Stored> {
  /** `Kommo` or `Customer.io`, and how long it waits for an answer, ms. */
  sender: string;
  patienceMs: number;
  request: TestRequest;
  /** Where the sender reaches this Stagepost; null where that is not known. */
  publicUrl: string | null;
  /** Where it listens on this machine. */
  localUrl: string;
  /** Looks for the request in the inbox. */
  find(): Promise<Found | null>;
  /** Between two looks, ms. */
  lookEveryMs?: number;
}

/** Understanding takes milliseconds where the connection runs. */
const UNDERSTOOD_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 100;

/**
 * Sends a webhook that means nothing to Stagepost itself, on the way that the sender takes, and looks what became of
 * it. No text of it holds a secret.
 */
export async function testWebhook<Found extends Stored>(
  test: WebhookTest<Found>,
): Promise<TestResult<Found>> {
  const { request, publicUrl, localUrl, sender } = test;
  const steps: TestStep[] = [{ state: 'good', text: `Goes to ${publicUrl ?? localUrl}${request.shownPath}` }];
  if (publicUrl === null) steps.push({ state: 'waiting', text: onlyLocal(sender) });
  const answer = await post(`${publicUrl ?? localUrl}${request.path}`, request, test.patienceMs);
  steps.push(answerStep(answer, test));
  if (answer.status !== 200) {
    if (publicUrl !== null) steps.push(await localStep(test));
    return { steps, stored: null };
  }
  const stored = await found(test);
  steps.push(...storedSteps(stored));
  return { steps, stored };
}

interface PostAnswer {
  /** HTTP status; null where there was no answer. */
  status: number | null;
  ms: number;
  /** Why there was none: the system's code. */
  code: string | null;
}

async function post(url: string, { headers, body }: TestRequest, patienceMs: number): Promise<PostAnswer> {
  const started = performance.now();
  const took = () => Math.round(performance.now() - started);
  try {
    const signal = AbortSignal.timeout(patienceMs);
    // Neither sender is known to follow a redirect.
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await answer.body?.cancel();
    return { status: answer.status, ms: took(), code: null };
  } catch (error) {
    return { status: null, ms: took(), code: codeOf(error) };
  }
}

/** Only the code: the message of an error can hold the address, and with it the secret. */
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
  if (status >= 300 && status < 400)
    return 'The address leads elsewhere: give the one that answers by itself.';
  if (status === 401)
    return 'The signature was refused: does the address lead to another Stagepost with another key?';
  if (status === 404)
    return 'There is no such address: does it lead to another program, or to a Stagepost with another secret?';
  if (status === 503) return 'Stagepost could not store it: the database is down or slow.';
  return 'Something between the sender and Stagepost has answered: look at the proxy.';
}

function onlyLocal(sender: string): string {
  return `Stagepost does not know its public address, so this says nothing about the way from ${sender}. Start it with --public-url.`;
}

/** Whether Stagepost itself is at fault, or the way to it. */
async function localStep(test: WebhookTest): Promise<TestStep> {
  const { status, code } = await post(`${test.localUrl}${test.request.path}`, test.request, test.patienceMs);
  if (status === 200)
    return {
      state: 'good',
      text: `On this machine (${test.localUrl}) Stagepost answers 200. The trouble lies on the way to it.`,
    };
  return {
    state: 'bad',
    text: `On this machine (${test.localUrl}), too: ${status === null ? `no answer (${code})` : `${status}`}`,
  };
}

/** The request, as soon as it is understood; or as it is when that takes too long; null where it is not there. */
async function found<Found extends Stored>(test: WebhookTest<Found>): Promise<Found | null> {
  const deadline = performance.now() + UNDERSTOOD_WITHIN_MS;
  for (;;) {
    const stored = await test.find();
    if (!stored || stored.outcome !== null || performance.now() > deadline) return stored;
    await sleep(test.lookEveryMs ?? LOOK_EVERY_MS);
  }
}

function storedSteps(stored: Stored | null): TestStep[] {
  if (!stored)
    return [
      {
        state: 'bad',
        text: 'It is not in this inbox: the address leads to a Stagepost with another database.',
      },
    ];
  return [
    { state: 'good', text: `Stored in the inbox as webhook ${stored.id}` },
    stored.outcome === null
      ? { state: 'waiting', text: 'Not read yet: the connection does not run, or has much to do.' }
      : { state: 'good', text: `Understood: ${stored.outcome.replace(/^Ignored: /, '')}` },
  ];
}
