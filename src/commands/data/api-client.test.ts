import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { VERSION } from '../../version.ts';
import { ApiClient } from './api-client.ts';

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server = null;
});

/** A server that answers each path with a status and a JSON body, and 404 elsewhere. */
async function serverWith(answers: Record<string, [status: number, body: unknown]>): Promise<ApiClient> {
  const started = createServer((request, response) => {
    const [status, body] = answers[request.url!.split('?')[0]!] ?? [404, { error: 'Nothing here.' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  return new ApiClient({ url, token: 'secret' });
}

it('an answer is parsed by the contract of its route', async () => {
  const api = await serverWith({ '/api/rules/versions': [200, { versions: [] }] });
  expect(await api.call('ruleVersions', { query: { connection: 'acme' } })).toEqual({ versions: [] });
});

it('an answer of another version is not taken for what it is not, and the message names both versions', async () => {
  const api = await serverWith({
    '/api/rules/versions': [200, { list: [] }],
    '/api/now': [200, { version: '9.9.9' }],
  });
  await expect(api.call('ruleVersions')).rejects.toThrow(
    `The running server is version 9.9.9, and this command is version ${VERSION}.`,
  );
});

it('a route that an older server does not have is reported with the version of the server', async () => {
  const api = await serverWith({ '/api/now': [200, { version: '0.0.1' }] });
  await expect(api.call('ruleVersions')).rejects.toThrow(/answered 404\. Nothing here\. .*version 0\.0\.1/);
});

it('a refusal of the same version is reported in its own words', async () => {
  const api = await serverWith({
    '/api/rules/versions': [404, { error: 'There is no such connection.' }],
    '/api/now': [200, { version: VERSION }],
  });
  await expect(api.call('ruleVersions')).rejects.toThrow(/answered 404\. There is no such connection\.$/);
});

it('a server that has stopped is reported without a stack trace', async () => {
  const api = await serverWith({});
  server?.close();
  await expect(api.call('ruleVersions')).rejects.toMatchObject({
    name: 'CommandError',
    message: expect.stringMatching(/cannot be reached \(ECONNREFUSED\)/),
  });
});

it('a server that does not listen yet cannot be called', () => {
  expect(() => new ApiClient({ url: null, token: '' })).toThrow(/just starting/);
});
