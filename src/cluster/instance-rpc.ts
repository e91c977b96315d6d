import { setTimeout as pause } from 'node:timers/promises';
import { DeliveryError } from '../domain/errors.ts';
import type { Draft } from '../http/api/contract.ts';
import { HttpError } from '../http/api/routes.ts';
import type { PreviewSubject } from '../http/api/rules/service.ts';
import type { Database, Db } from '../store/database/database.ts';
import { addCall, callState, claimCall, completeCall, removeCall } from '../store/rpc-calls.ts';

/** What only the process that runs a connection can do: it has the clients, and counts the calls to Kommo. */
export type RpcRequest =
  | { what: 'preview'; on: PreviewSubject; draft: Draft | undefined }
  | { what: 'compare'; draft: Draft; events: number }
  /** Read the account's names anew, and store them. */
  | { what: 'names' };

export interface InstanceRpcOptions {
  /** Resolves when the store is open. */
  database(): Promise<Pick<Database, 'db' | 'wake'>>;
  /** Whether this process runs the connection. */
  isHere(connection: string): boolean;
  /** @throws Refusal */
  answer(connection: string, question: RpcRequest): Promise<unknown>;
  now(): number;
}

/** The processes on one database ask each other. */
export interface InstanceRpc {
  /**
   * The answer of the process that runs the connection.
   * @throws Refusal as it said, or 503 where nobody answers in time
   */
  ask(connection: string, question: RpcRequest): Promise<unknown>;
  /** Some process has stored something, or asks: call it with each wake. */
  hear(wake: string): void;
}

const ASKED = '*asked ';
/** Longer than any of the answers may take, in ms. */
const ANSWER_WITHIN_MS = 35_000;
/** A question that nobody has taken by then: nobody runs the connection, or its process is just dying. */
const TAKE_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 100;

type Answer = { value: unknown } | { status: number; error: string };

export function createInstanceRpc({ database, isHere, answer, now }: InstanceRpcOptions): InstanceRpc {
  async function answerTheQuestion(connection: string, id: number): Promise<void> {
    const { db } = await database();
    const question = (await claimCall(db, id)) as RpcRequest | null;
    if (question) await completeCall(db, id, await answered(connection, question));
  }

  async function answered(connection: string, question: RpcRequest): Promise<Answer> {
    try {
      return { value: (await answer(connection, question)) ?? null };
    } catch (error) {
      if (error instanceof DeliveryError) return { status: 503, error: error.message };
      if (error instanceof HttpError) return { status: error.statusCode, error: error.message };
      return {
        status: 500,
        error: 'Something went wrong in the process that runs the connection. Its log says what.',
      };
    }
  }

  return {
    async ask(connection, question) {
      const { db, wake } = await database();
      const id = await addCall(db, connection, question, now());
      try {
        wake(`${ASKED}${id} ${connection}`);
        const given = await waitForAnswer(db, id);
        if (given === null) throw new HttpError(503, NOBODY);
        if ('error' in given) throw new HttpError(given.status, given.error);
        return given.value;
      } finally {
        await removeCall(db, id).catch(() => {});
      }
    },
    hear(wake) {
      const [, id, connection] = /^\*asked (\d+) (.+)$/.exec(wake) ?? [];
      if (connection !== undefined && isHere(connection))
        // Whoever asked hears nothing then, and says so.
        answerTheQuestion(connection, Number(id)).catch(() => {});
    },
  };
}

const NOBODY = 'The process that runs this connection does not answer. Try again in a moment.';

/** Null where there is none in time, or nobody has taken the question. */
async function waitForAnswer(db: Db, id: number): Promise<Answer | null> {
  const began = performance.now();
  for (;;) {
    const { isTaken, answer } = await callState(db, id);
    if (answer !== null) return answer as Answer;
    if (performance.now() - began > (isTaken ? ANSWER_WITHIN_MS : TAKE_WITHIN_MS)) return null;
    await pause(LOOK_EVERY_MS);
  }
}
