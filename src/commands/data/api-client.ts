import type { z } from 'zod';
import { problem, type Route, type RouteName, type Routes, routes } from '../../http/api/contract.ts';
import type { LockContent } from '../../store/database/embedded/data-lock.ts';
import { VERSION } from '../../version.ts';
import { CommandError } from '../terminal/exit.ts';

/** The values of a route's path, query and body. Keys that are undefined are left out. */
export interface CallInput {
  params?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Shorter than a person's patience; the slowest answer is a check of rules that reads Kommo. */
const TIMEOUT_MS = 60_000;

/**
 * Calls the API of the running server that has the data folder open, and parses its answers: the server may be another
 * version than this command, for example after an update without a restart. Every method throws CommandError.
 */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;

  /** @param server from the lock file of the data folder */
  constructor({ url, token }: Pick<LockContent, 'url' | 'token'>) {
    if (url === null) throw new CommandError('Stagepost is just starting. Try again in a moment.');
    this.#url = url;
    this.#token = token;
  }

  get url(): string {
    return this.#url;
  }

  call<Name extends RouteName>(name: Name, input: CallInput = {}): Promise<z.output<Routes[Name]['answer']>> {
    const { answer } = routes[name] as Route;
    return this.callAs(name, answer, input) as Promise<z.output<Routes[Name]['answer']>>;
  }

  /** The same with a stricter schema than the route's own. */
  async callAs<T>(name: RouteName, schema: z.ZodType<T>, input: CallInput = {}): Promise<T> {
    const response = await this.#send(routes[name], input);
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) throw new CommandError(await this.#refusal(response.status, body));
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new CommandError((await this.#versionDifference()) ?? NOT_UNDERSTOOD);
  }

  async #send({ method, path }: Route, { params = {}, query = {}, body }: CallInput): Promise<Response> {
    const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
    const url = new URL(filled, this.#url);
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(key, String(value));
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    try {
      return await fetch(url, {
        method,
        headers,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
      const reason = name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? message);
      throw new CommandError(
        `The running Stagepost at ${this.#url} cannot be reached (${reason}). Has it been stopped?`,
      );
    }
  }

  async #refusal(status: number, body: unknown): Promise<string> {
    const message = problem.safeParse(body).data?.error ?? '';
    // A server of another version may not know the route, or a key of the request.
    const difference = status === 400 || status === 404 ? await this.#versionDifference() : null;
    return [`The running Stagepost at ${this.#url} answered ${status}.`, message, difference ?? '']
      .filter((part) => part !== '')
      .join(' ');
  }

  /** Null where the server is this version, or does not say. */
  async #versionDifference(): Promise<string | null> {
    const response = await this.#send(routes.now, {}).catch(() => null);
    const body = (await response?.json().catch(() => null)) as { version?: unknown } | null | undefined;
    const version = typeof body?.version === 'string' ? body.version : null;
    if (version === null || version === VERSION) return null;
    return `The running server is version ${version}, and this command is version ${VERSION}. Restart the server, or run the command of its version.`;
  }
}

const NOT_UNDERSTOOD =
  'The answer of the running Stagepost cannot be understood. It may be another version: restart it, and try again.';
