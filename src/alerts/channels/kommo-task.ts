import type { AlertMessage } from '../../domain/alerts.ts';
import { DeliveryError, mayAnswerLater } from '../../domain/errors.ts';
import { findByName } from '../../domain/find-by-name.ts';
import type { KommoClient } from '../../kommo/index.ts';
import { nearest } from '../../lib/nearest.ts';
import { bodyText } from '../message.ts';
import { AlertError, type Channel } from './channel.ts';

type Client = Pick<KommoClient, 'users' | 'addUserTask' | 'hasUserTask'>;

export interface KommoTaskOptions {
  /** Name or id of the user. */
  user: string;
  connection: string;
  /** The connection's own client, so that its limiter counts these calls too. Null where another process runs it. */
  client(): Client | null;
}

/** The task is due after this time, seconds. */
const DUE_SECONDS = 3_600;
/** How far back an attempt without an answer is searched, seconds. */
const SEARCH_SECONDS = 24 * 3_600;
/** The calls wait for everything else that Kommo is asked. */
const LOWEST = { priority: 'bulk' } as const;
const MAX_TEXT = 2_000;

/** A task in Kommo for one user, without a deal. */
export function kommoTaskChannel({ user, connection, client }: KommoTaskOptions): Channel {
  return {
    async send(message, { signal, isRepeated }) {
      const kommo = client();
      if (!kommo)
        throw new AlertError(`Another process runs "${connection}", and only that one may call Kommo.`);
      const options = { ...LOWEST, signal };
      try {
        const userId = userOf(user, await kommo.users(options));
        const text = taskText(message);
        const now = Math.floor(message.at / 1000);
        const search = { userId, text, since: now - SEARCH_SECONDS };
        if (isRepeated && (await kommo.hasUserTask(search, options))) return;
        await kommo.addUserTask({ userId, text, dueAt: now + DUE_SECONDS }, options);
      } catch (error) {
        throw taskError(error);
      }
    },
  };
}

export function taskText(message: AlertMessage): string {
  const text = `${message.title}\n\n${bodyText(message)}`;
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

function userOf(user: string, users: { id: number; name: string }[]): number {
  const [found, ...others] = findByName(user, users);
  if (!found) {
    const names = users.map(({ name }) => name);
    const near = nearest(user, names);
    const hint = near ? `Did you mean "${near}"?` : `It has ${names.slice(0, 20).join(', ')}.`;
    throw new AlertError(`Kommo has no user "${user}". ${hint}`, { isPermanent: true });
  }
  if (others.length > 0)
    throw new AlertError(`Kommo has ${others.length + 1} users named "${user}": write the id.`, {
      isPermanent: true,
    });
  return found.id;
}

function taskError(error: unknown): Error {
  if (!(error instanceof DeliveryError)) return error as Error;
  const isPermanent = !mayAnswerLater(error);
  return new AlertError(error.message, { isPermanent, retryAfterMs: error.retryAfterMs, cause: error });
}
