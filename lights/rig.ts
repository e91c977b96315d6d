import type { HealthTimes } from '../src/health/monitor.ts';
import { startWorld, WEBHOOK_SECRET, type World } from '../test/support/world.ts';
import { freePort } from '../test/support/free-port.ts';
import { type FaultyProxy, startFaultyProxy } from '../test/support/faulty-proxy.ts';

export interface LightsOptions {
  /** A PostgreSQL URL of the world's own database. */
  databaseUrl: string;
  healthTimes?: Partial<HealthTimes>;
  /** The most calls a second to Kommo; default: the 7 of an account. */
  requestsPerSecond?: number;
}

/** Stagepost between both simulators, with a proxy in front of each side and of the database. */
export interface Lights {
  world: World;
  proxies: { kommo: FaultyProxy; customerio: FaultyProxy; database: FaultyProxy };
  /** Where Kommo's webhook leads while all is well. */
  hookAddress: string;
  reportingAddress: string;
  /** What `/health/ready` says; null while there is no answer. */
  health(): Promise<{ light: string; codes: string[] } | null>;
  /** A deal moves: a webhook comes and an event is sent. */
  move(): Promise<void>;
  /** A client opens an email: a report is sent. */
  report(): void;
  /** Both, so that everything that only traffic proves is proven. */
  traffic(): Promise<void>;
  /** The time of day of the machine is ahead by this, ms. */
  clockAheadMs: number;
  /** Customer.io's own clock is ahead by this, ms. */
  reportsAheadMs: number;
  close(): Promise<void>;
}

export async function startLights(options: LightsOptions): Promise<Lights> {
  const [kommoPort, customerioPort, port] = [await freePort(), await freePort(), await freePort()];
  const target = new URL(options.databaseUrl);
  const proxies = {
    kommo: await startFaultyProxy({ host: '127.0.0.1', port: kommoPort }),
    customerio: await startFaultyProxy({ host: '127.0.0.1', port: customerioPort }),
    database: await startFaultyProxy({ host: target.hostname, port: Number(target.port) }),
  };
  target.port = String(proxies.database.port);
  const state = { clockAheadMs: 0, reportsAheadMs: 0 };
  const publicUrl = `http://127.0.0.1:${port}`;
  const world = await startWorld({
    port,
    publicUrl,
    requestsPerSecond: options.requestsPerSecond ?? 7,
    appKey: true,
    store: { dataDir: null, databaseUrl: target.href },
    kommo: { port: kommoPort },
    customerio: {
      port: customerioPort,
      fullResolution: true,
      // The waits of Customer.io's back-off after a refusal, which last an hour and more.
      timeScale: 2_000,
      now: () => Date.now() + state.reportsAheadMs,
    },
    config: (yaml) => throughProxies(yaml, proxies),
    healthTimes: { ...options.healthTimes, wallNow: () => Date.now() + state.clockAheadMs },
  });
  return lightsOf(world, proxies, publicUrl, state);
}

/** The example's addresses, each through its proxy. */
export function throughProxies(yaml: string, { kommo, customerio }: Lights['proxies']): string {
  return yaml
    .replace('${KOMMO_URL}', `http://127.0.0.1:${kommo.port}`)
    .replace(/\$\{CUSTOMERIO_(TRACK|APP)_URL:-\}/g, `http://127.0.0.1:${customerio.port}`);
}

function lightsOf(
  world: World,
  proxies: Lights['proxies'],
  publicUrl: string,
  state: { clockAheadMs: number; reportsAheadMs: number },
): Lights {
  let people = 0;
  let lastDelivery: string | null = null;
  const lights: Lights = Object.assign(state, {
    world,
    proxies,
    hookAddress: `${publicUrl}/webhooks/kommo/acme/${WEBHOOK_SECRET}`,
    reportingAddress: `${publicUrl}/webhooks/customerio/acme`,
    async health() {
      try {
        const answer = await fetch(`${publicUrl}/health/ready`, { signal: AbortSignal.timeout(5_000) });
        const { light, items } = (await answer.json()) as { light: string; items: { code: string; light: string }[] };
        return { light, codes: items.map((item) => `${item.code} (${item.light})`) };
      } catch {
        return null;
      }
    },
    async move() {
      people += 1;
      const email = `client${people}@example.com`;
      const deal = world.deal({ email });
      world.move(deal.id, 'Closed - won');
      const isSent = () => world.customerio.mailbox(email).at(-1);
      const message = await world.customerio.waitFor(isSent, { timeoutMs: 60_000 }).catch(() => null);
      if (message) lastDelivery = message.deliveryId;
    },
    report() {
      if (lastDelivery !== null) world.customerio.click(lastDelivery);
    },
    async traffic() {
      await lights.move();
      lights.report();
    },
    async close() {
      await world.close();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
    },
  });
  return lights;
}
