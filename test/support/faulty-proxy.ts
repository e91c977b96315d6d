import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy that does to connections what networks do. */
export interface FaultyProxy {
  port: number;
  /** How many connections are open now, frozen ones included. */
  open(): number;
  /** Resets every open connection. New ones pass. */
  cut(): void;
  /** Both ends of every open connection stay open and hear nothing any more: half open. New ones pass. */
  freeze(): void;
  /** Connections that are made from now on: they pass, are frozen from the start, or are refused. */
  onNewConnections(fate: 'pass' | 'freeze' | 'refuse'): void;
  /** Statements that begin with this word reach the server as another one that does nothing, as if they went astray. */
  divert(word: string | null): void;
  /** From now on what the server answers is swallowed, and what it is asked goes through: unknown outcomes. */
  mute(): void;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
  frozen: boolean;
  muted: boolean;
}

export async function startFaultyProxy(target: { host: string; port: number }): Promise<FaultyProxy> {
  const pairs = new Set<Pair>();
  let fate: 'pass' | 'freeze' | 'refuse' = 'pass';
  let diverted: string | null = null;
  const onItsWay = (bytes: Buffer) => (diverted === null ? bytes : divertStatement(bytes, diverted));

  const proxy = createServer((client) => {
    if (fate === 'refuse') {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const pair = {
      client,
      server: connect(target.port, target.host),
      frozen: fate === 'freeze',
      muted: false,
    };
    pairs.add(pair);
    join(pair, onItsWay, () => pairs.delete(pair));
  });
  await listening(proxy);

  return {
    port: (proxy.address() as { port: number }).port,
    open: () => pairs.size,
    cut: () => {
      for (const { client, server } of pairs) {
        client.resetAndDestroy();
        server.resetAndDestroy();
      }
    },
    freeze: () => {
      for (const pair of pairs) pair.frozen = true;
    },
    onNewConnections: (next) => {
      fate = next;
    },
    divert: (word) => {
      diverted = word;
    },
    mute: () => {
      for (const pair of pairs) pair.muted = true;
    },
    close: async () => {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

/** Carries bytes and ends both ways. A frozen pair carries neither, as if the cable were cut. */
function join(pair: Pair, onItsWay: (bytes: Buffer) => Buffer, over: () => void): void {
  const { client, server } = pair;
  client.on('data', (bytes) => !pair.frozen && server.write(onItsWay(bytes)));
  server.on('data', (bytes) => !pair.frozen && !pair.muted && client.write(bytes));
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.on('error', () => {});
    from.on('close', () => {
      if (!pair.frozen) to.destroy();
      if (client.destroyed && server.destroyed) over();
    });
  }
}

/** A simple query (PostgreSQL docs, "Message Formats") that begins with `word` becomes an empty one of the same length. */
function divertStatement(bytes: Buffer, word: string): Buffer {
  if (bytes[0] !== 0x51 || bytes.toString('latin1', 5, 5 + word.length) !== word) return bytes;
  const empty = Buffer.from(bytes);
  return empty.fill(' ', 5, bytes.length - 1);
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
