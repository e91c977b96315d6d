import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type SimulatorOptions, startCustomerioSimulator } from '../index.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it expects
  json: any;
}

/** A simulator that ends with its test, and callers that hold its credentials. */
export async function workspace(options: SimulatorOptions = {}) {
  const sim = await startCustomerioSimulator(options);
  onTestFinished(() => sim.close());
  const call = async (
    method: string,
    path: string,
    body: unknown,
    authorization?: string,
  ): Promise<Answer> => {
    const response = await fetch(sim.url + path, {
      method,
      redirect: 'manual',
      headers: authorization ? { authorization } : {},
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  const { siteId, apiKey, appKey } = sim.credentials;
  const basic = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  const track = (method: string, path: string, body?: unknown) => call(method, path, body, basic);
  return {
    sim,
    call,
    track,
    app: (method: string, path: string, body?: unknown) => call(method, path, body, `Bearer ${appKey}`),
    identify: (who: string, attributes: object = {}) =>
      track('PUT', `/api/v1/customers/${encodeURIComponent(who)}`, attributes),
    event: (who: string, event: object) =>
      track('POST', `/api/v1/customers/${encodeURIComponent(who)}/events`, event),
    batch: (...items: object[]) => track('POST', '/api/v2/batch', { batch: items }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  report: any;
}

/** An endpoint for reports: `answer` is asked for each, and answers 200 by default. */
export async function receiver(
  answer: (response: ServerResponse, count: number) => void = (r) => void r.end(),
) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, body, report: JSON.parse(body) });
      answer(response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reports`;
  return {
    url,
    received,
    names: () => received.map(({ report }) => `${report.object_type}_${report.metric}`),
  };
}

/** Answers with a status and no body. */
export function status(code: number) {
  return (response: ServerResponse) => {
    response.statusCode = code;
    response.end();
  };
}
