import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { configCheck } from '../../src/commands/config/check.ts';
import { doctor } from '../../src/commands/doctor/doctor.ts';
import { renderGroup, todoOf } from '../../src/commands/doctor/render.ts';
import { publicUrl } from '../../src/commands/options/public-url.ts';
import { wrap } from '../../src/commands/terminal/wrap.ts';
import { secret } from '../../src/config/index.ts';
import { type Clients, checkConnection } from '../../src/doctor/connection.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import type { KommoClient } from '../../src/kommo/index.ts';
import { reply, startTestServer } from '../support/customerio-server.ts';
import { connection, fails, kommoWith, RULES } from '../support/doctor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

describe('a connection', () => {
  const clients = (kommo: Partial<KommoClient> = {}): Clients => ({
    kommo: kommoWith(kommo),
    track: { region: async () => ({ region: 'us', url: '', environmentId: 3 }) },
    app: null,
  });
  const config = {
    ...connection,
    customerio: { ...connection.customerio, signingKeys: [secret('k'.repeat(64))] },
  };
  const run = (parts: Clients) =>
    checkConnection({ config, clients: parts, fix: false, publicUrl: null, nowSeconds: 1000 });
  const shown = async (parts: Clients) =>
    (await run(parts)).map(({ check, status: found }) => `${check}: ${found}`);

  it('is well: each check has its line', async () => {
    expect(await shown(clients())).toEqual([
      'kommo account: ok',
      'kommo rights: ok',
      'kommo names: ok',
      'kommo fields: ok',
      'kommo webhook: ok',
      'customer.io track: ok',
      'customer.io signing key: skipped',
      'customer.io reports: skipped',
      'customer.io campaigns: skipped',
    ]);
  });

  it('asks Kommo nothing more after a refused token, and Customer.io all the same', async () => {
    const found = await shown(
      clients({ account: fails('unauthorized', 401), users: fails('unauthorized', 401) }),
    );
    expect(found.slice(0, 6)).toEqual([
      'kommo account: failure',
      'kommo rights: skipped',
      'kommo names: skipped',
      'kommo fields: skipped',
      'kommo webhook: skipped',
      'customer.io track: ok',
    ]);
  });

  it('goes on after a check that fails in any way', async () => {
    const broken = async () => {
      throw new TypeError('unheard of');
    };
    const found = await shown(clients({ deals: broken, catalog: fails('retryable', 500) }));
    expect(found.slice(1, 5)).toEqual([
      'kommo rights: failure',
      'kommo names: failure',
      'kommo fields: skipped',
      'kommo webhook: ok',
    ]);
  });
});

describe('the command line', () => {
  test.each(['https://a.example', 'https://a.example/', 'https://a.example/x/', 'http://127.0.0.1:4400'])(
    'takes %s as a public URL',
    (text) => expect(publicUrl(text)).toBe(text.replace(/\/$/, '')),
  );

  test.each(['a.example', 'http://a.example', 'https://a.example/?x=1', 'https://u:p@a.example'])(
    'refuses %s as a public URL',
    (text) => expect(() => publicUrl(text)).toThrow(),
  );

  test.each([
    ['ok', RULES, 0],
    ['problems', RULES.replace('deal_won', ''), 2],
  ])('config check tells %s by its exit code', async (_name, text, code) => {
    const file = join(folder, 'stagepost.yaml');
    writeFileSync(file, text);
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await configCheck({ config: file, data: folder, json: true });
    log.mockRestore();
    expect(process.exitCode).toBe(code);
  });

  const inSilence = async (run: () => Promise<void>): Promise<string> => {
    const written = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      await run();
      return written.mock.calls.map(([text]) => String(text)).join('\n');
    } finally {
      written.mockRestore();
    }
  };

  it('doctor tells a failure by its exit code, and all in JSON', async () => {
    const server = await startTestServer((_request, response) => reply(response, 401, '{"status":401}'));
    const file = join(folder, 'stagepost.yaml');
    const text = RULES.replace('https://acme.kommo.com', server.url).replace(
      'signing_key: sign',
      `signing_key: sign, track_url: "${server.url}"`,
    );
    writeFileSync(file, text);
    const out = await inSilence(() => doctor({ config: file, data: folder, json: true }));
    await server.close();
    expect(process.exitCode).toBe(1);
    const findings = JSON.parse(out) as Finding[];
    expect(findings.map(({ check, status: found }) => `${check}: ${found}`)).toEqual([
      'configuration: ok',
      'database: ok',
      'alerts: skipped',
      'kommo account: failure',
      'kommo rights: skipped',
      'kommo names: skipped',
      'kommo fields: skipped',
      'kommo webhook: skipped',
      'customer.io track: failure',
      'customer.io signing key: warning',
      'customer.io reports: skipped',
      'customer.io campaigns: skipped',
    ]);
    expect(out).not.toMatch(/abc123|0123456789abcdef/);
  });

  it('doctor tells a wrong configuration by its exit code, in JSON too', async () => {
    const file = join(folder, 'stagepost.yaml');
    writeFileSync(file, RULES.replace('event: deal_won', 'evnt: deal_won'));
    const out = await inSilence(() => doctor({ config: file, data: folder, json: true }));
    expect(process.exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject([{ check: 'configuration', status: 'failure' }]);
    process.exitCode = undefined;
    await expect(doctor({ config: file, data: folder })).rejects.toMatchObject({ exitCode: 2 });
  });

  it('wraps hints and keeps addresses whole', () => {
    const address = `https://stagepost.example/${'x'.repeat(40)}`;
    expect(wrap(`go to ${address} now`, 20)).toEqual(['go to', address, 'now']);
    const finding = {
      connection: 'acme',
      check: 'x',
      status: 'failure',
      message: 'No.',
      todo: 'Do it.',
      fix: null,
    } as const;
    expect(renderGroup('Connection acme', [finding], 80)).toMatch(/✗.* No\.\n.*→ Do it\./);
    const fix = { does: 'does it', needsPublicUrl: true };
    expect(todoOf({ todo: 'Do it.', fix })).toBe(
      'Run stagepost doctor --fix --public-url https://your-host: it does it. Or by hand: Do it.',
    );
  });

  it('names the checks that were skipped for the same reason in one line', () => {
    const skipped = (check: string) =>
      ({
        connection: 'acme',
        check,
        status: 'skipped',
        message: 'Not checked.',
        todo: null,
        fix: null,
      }) as const;
    const text = renderGroup('Connection acme', [skipped('kommo rights'), skipped('kommo names')], 80);
    expect(text.match(/Not checked\./g)).toHaveLength(1);
    expect(text).toContain('(kommo rights, kommo names)');
  });
});
