import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ListenLost, listen } from '../../../src/store/database/listen.ts';
import { type FaultyProxy, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { until } from '../../support/outage.ts';

const CHANNEL = 'listen_test';

let proxy: FaultyProxy;
let speaker: pg.Client;
let listener: { close(): Promise<void> };
let heard: string[];
let errors: unknown[];

beforeEach(async () => {
  const { port } = new URL(inject('postgresUrl'));
  proxy = await startFaultyProxy({ host: '127.0.0.1', port: Number(port) });
  speaker = new pg.Client({ connectionString: `${inject('postgresUrl')}/postgres` });
  await speaker.connect();
  heard = [];
  errors = [];
  listener = await listen({
    connectionString: `postgres://postgres:postgres@127.0.0.1:${proxy.port}/postgres`,
    channel: CHANNEL,
    onPayload: (payload) => heard.push(payload),
    onError: (error) => errors.push(error),
  });
});

afterEach(async () => {
  proxy.onNewConnections('pass');
  proxy.divert(null);
  await listener.close();
  await speaker.end();
  await proxy.close();
});

async function untilHeard(word: string): Promise<void> {
  await until(async () => {
    await speaker.query('select pg_notify($1, $2)', [CHANNEL, word]);
    return heard.includes(word);
  }, `"${word}" is heard`);
}

describe('the connection that listens', () => {
  it('hears again after it was cut and several tries to connect failed', async () => {
    await untilHeard('before');
    proxy.onNewConnections('refuse');
    proxy.cut();
    await until(async () => errors.length >= 3, 'two tries after the cut have failed');
    proxy.onNewConnections('pass');
    await untilHeard('after');
  });

  it('notices that it is half open, though nobody says so, and hears again', async () => {
    await untilHeard('before');
    proxy.freeze();
    await untilHeard('after');
    expect(errors).toHaveLength(1);
  });

  it('notices that the server knows of no LISTEN, as behind a pooler, says so once, and hears when it can', async () => {
    proxy.divert('listen');
    proxy.cut();
    await until(async () => errors.some((error) => error instanceof ListenLost), 'the loss is reported');
    proxy.divert(null);
    await untilHeard('after');
    expect(errors.filter((error) => error instanceof ListenLost)).toHaveLength(1);
  });

  it('closes while it is half open, and waits for no query’s time', async () => {
    proxy.freeze();
    const start = performance.now();
    await listener.close();
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
