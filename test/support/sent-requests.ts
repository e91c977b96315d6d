import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** A request as undici has put it on the wire. */
export interface SentRequest {
  method: string;
  url: string;
  body: string;
}

/** Remembers what this process writes to these origins; readings are left out. */
export function recordSent(origins: string[]): { all(): SentRequest[]; clear(): void; stop(): void } {
  let sent: SentRequest[] = [];
  const note = (message: unknown) => {
    const { request } = message as {
      request: { method: string; origin: string | URL; path: string; body: unknown };
    };
    const origin = new URL(request.origin).origin;
    if (request.method === 'GET' || !origins.includes(origin)) return;
    sent.push({ method: request.method, url: origin + request.path, body: String(request.body) });
  };
  subscribe('undici:request:create', note);
  return {
    all: () => [...sent],
    clear: () => {
      sent = [];
    },
    stop: () => void unsubscribe('undici:request:create', note),
  };
}
