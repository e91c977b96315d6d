import type { FaultRule } from '../simulators/common/faults.ts';
import { WEBHOOK_SECRET } from '../test/support/world.ts';
import { type Lights, throughProxies } from './rig.ts';

/** Something that goes wrong, and its repair. */
export interface Fault {
  name: string;
  /** Breaks it. @returns repairs it */
  break(lights: Lights): (() => void | Promise<void>) | Promise<() => void | Promise<void>>;
  /** Traffic that goes on while it is broken, every few seconds. */
  during?(lights: Lights): void | Promise<void>;
  /** Traffic after the repair, every few seconds: what only a real webhook or report can prove. */
  after?(lights: Lights): void | Promise<void>;
  /** It restarts Stagepost, so it goes last in its world. */
  restarts?: true;
}

type Status = Omit<Extract<FaultRule, { kind: 'status' }>, 'kind'>;

const kommoStatus = (name: string, rule: Status, more: Partial<Fault> = {}): Fault => ({
  name: `Kommo: ${name}`,
  break: ({ world }) => world.kommo.faults.add({ kind: 'status', ...rule }),
  ...more,
});
const customerioStatus = (name: string, rule: Status): Fault => ({
  name: `Customer.io: ${name}`,
  break: ({ world }) => world.customerio.faults.add({ kind: 'status', ...rule }),
});

const TRACK = /^\/api\//;
const APP = /^\/v1\//;
const moves = ({ move }: Lights) => move();
const reports = ({ report }: Lights) => report();

/** Replaces Kommo's webhook, and puts the right one back. */
function otherHook(name: string, destination: (lights: Lights) => string, settings?: string[]): Fault {
  return {
    name: `Kommo: ${name}`,
    break(lights) {
      const { kommo } = lights.world;
      const other = destination(lights);
      kommo.removeHook(lights.hookAddress);
      kommo.addHook({ destination: other, ...(settings ? { settings } : {}) });
      return () => {
        kommo.removeHook(other);
        kommo.addHook({ destination: lights.hookAddress });
      };
    },
    after: moves,
  };
}

/** Changes Customer.io's reporting webhook, and brings the right one back. */
function otherReporting(
  name: string,
  change: { endpoint?: string; events?: string[] } | null,
): Fault {
  return {
    name: `Customer.io: ${name}`,
    break({ world: { customerio }, reportingAddress }) {
      for (const { id } of customerio.reportingWebhooks()) customerio.removeReportingWebhook(id);
      if (change) customerio.addReportingWebhook({ endpoint: reportingAddress, ...change });
      return () => {
        for (const { id } of customerio.reportingWebhooks()) customerio.removeReportingWebhook(id);
        customerio.addReportingWebhook({ endpoint: reportingAddress });
      };
    },
    after: reports,
  };
}

/** Starts Stagepost with another configuration, and then with the right one. */
function configured(name: string, edit: (yaml: string) => string): Fault {
  return {
    name: `Configuration: ${name}`,
    restarts: true,
    async break({ world, proxies }) {
      await world.restart(undefined, (yaml) => throughProxies(edit(yaml), proxies));
      return () => world.restart();
    },
    after: (lights) => lights.traffic(),
  };
}

const credential = (
  name: string,
  change: Parameters<Lights['world']['customerio']['setCredentials']>[0],
  more: Partial<Fault> = {},
): Fault => ({
  name: `Customer.io: ${name}`,
  break({ world: { customerio } }) {
    const right = { ...customerio.credentials };
    customerio.setCredentials(change);
    return () => customerio.setCredentials(right);
  },
  ...more,
});

const proxied = (name: string, side: keyof Lights['proxies'], how: 'refuse' | 'freeze'): Fault => ({
  name,
  break({ proxies }) {
    const proxy = proxies[side];
    proxy.onNewConnections(how);
    if (how === 'freeze') proxy.freeze();
    else proxy.cut();
    return () => {
      proxy.onNewConnections('pass');
      proxy.cut();
    };
  },
});

export const KOMMO_CALLS: Fault[] = [
  {
    name: 'Kommo: token revoked',
    break({ world: { kommo } }) {
      kommo.revokeToken();
      return () => kommo.restoreToken();
    },
  },
  kommoStatus('429 for ever', { status: 429, body: 'html' }),
  kommoStatus('429 that names 20 s', { status: 429, retryAfter: 20 }),
  kommoStatus('500 from every call', { status: 500 }),
  kommoStatus('502 page of a gateway', { status: 502, body: 'html' }),
  kommoStatus('503 without a body', { status: 503, body: 'empty' }),
  kommoStatus('504 page of a gateway', { status: 504, body: 'html' }),
  kommoStatus('payment required (402)', { status: 402 }),
  kommoStatus('no account at this address (404)', { status: 404, body: 'html' }),
  kommoStatus('200 with the page of a captive portal', { status: 200, body: 'html' }),
  kommoStatus('the token may not read webhooks (403)', { status: 403, match: { path: /webhooks/ } }),
  kommoStatus('500 only when deals are read', { status: 500, match: { path: /\/leads(\/\d+)?$/, method: 'GET' } }, { during: moves }),
  kommoStatus('500 only when notes are written', { status: 500, match: { path: /notes/ } }, { during: moves }),
];

export const KOMMO_NETWORK: Fault[] = [
  {
    name: 'Kommo: account blocked (403 page)',
    break({ world: { kommo } }) {
      kommo.block();
      return () => kommo.unblock();
    },
  },
  { name: 'Kommo: no answer', break: ({ world }) => world.kommo.faults.add({ kind: 'hang' }) },
  {
    name: 'Kommo: connections are cut before the answer',
    break: ({ world }) => world.kommo.faults.add({ kind: 'reset_before' }),
  },
  {
    name: 'Kommo: connections are cut after the work',
    break: ({ world }) => world.kommo.faults.add({ kind: 'reset_after' }),
  },
  proxied('Kommo: connection refused', 'kommo', 'refuse'),
  proxied('Kommo: half-open connections', 'kommo', 'freeze'),
  {
    name: 'Kommo: answers take 25 s',
    break({ world: { kommo } }) {
      kommo.setLatency(25_000);
      return () => kommo.setLatency(0);
    },
  },
];

export const KOMMO_HOOKS: Fault[] = [
  {
    name: 'Kommo: webhook disabled',
    break({ world: { kommo }, hookAddress }) {
      kommo.disableHook(hookAddress);
      return () => kommo.enableHook(hookAddress);
    },
  },
  {
    name: 'Kommo: webhook deleted',
    break({ world: { kommo }, hookAddress }) {
      kommo.removeHook(hookAddress);
      return () => void kommo.addHook({ destination: hookAddress });
    },
  },
  otherHook('webhook leads to another host', () => `http://127.0.0.1:9/webhooks/kommo/acme/${WEBHOOK_SECRET}`),
  otherHook('webhook has another path', ({ hookAddress }) => hookAddress.replace('/acme/', '/other/')),
  otherHook('webhook has a wrong secret', ({ hookAddress }) => `${hookAddress}x`),
  otherHook('webhook lacks events', ({ hookAddress }) => hookAddress, ['add_lead', 'status_lead']),
  {
    name: 'Kommo: webhooks are lost on the way while deals move',
    break({ world: { kommo } }) {
      kommo.faults.setHooks({ drop: 1 });
      return () => kommo.faults.setHooks({});
    },
    during: ({ world }) => {
      const deal = world.deal({});
      world.move(deal.id, 'Closed - won');
    },
    after: moves,
  },
];

export const KOMMO_NAMES: Fault[] = [
  {
    name: 'Kommo: a stage of the rules deleted',
    break: ({ world }) => world.kommo.removeStage('Sales', 'Demo completed'),
  },
  {
    name: 'Kommo: a field of the attributes deleted',
    break: ({ world }) => world.kommo.removeDealField('Plan'),
  },
  {
    name: 'Kommo: a field that reactions set deleted',
    break: ({ world }) => world.kommo.removeDealField('email_status'),
  },
  {
    name: 'Kommo: a note is refused (dead letter)',
    break({ world: { kommo, app } }) {
      kommo.switches.noteTextMax = 3;
      return async () => {
        kommo.switches.noteTextMax = null;
        await app.database.db.updateTable('actions').set({ state: 'dropped' }).where('state', '=', 'dead').execute();
      };
    },
    during: moves,
  },
  {
    name: 'Machine: the clock is 400 s ahead',
    break(lights) {
      lights.clockAheadMs = 400_000;
      return () => {
        lights.clockAheadMs = 0;
      };
    },
  },
];

export const CUSTOMERIO_CALLS: Fault[] = [
  credential('Track key revoked', { apiKey: 'another' }),
  credential('Site ID changed', { siteId: 'another' }),
  credential('App key revoked', { appKey: 'another' }),
  customerioStatus('Track API answers 500', { status: 500, match: { path: TRACK } }),
  customerioStatus('Track API answers 429', { status: 429, match: { path: TRACK } }),
  customerioStatus('Track API answers 403', { status: 403, match: { path: TRACK } }),
  customerioStatus('Track API is not at this address (404)', { status: 404, match: { path: TRACK } }),
  customerioStatus('Track API answers 200 with a page', { status: 200, body: 'html', match: { path: TRACK } }),
  customerioStatus('App API answers 500', { status: 500, match: { path: APP } }),
  customerioStatus('App API answers 200 with a page', { status: 200, body: 'html', match: { path: APP } }),
  {
    name: 'Customer.io: no answer',
    break: ({ world }) => world.customerio.faults.add({ kind: 'hang' }),
  },
  proxied('Customer.io: connection refused', 'customerio', 'refuse'),
];

export const CUSTOMERIO_REPORTS: Fault[] = [
  otherReporting('reporting webhook deleted', null),
  otherReporting('reporting webhook leads to another host', {
    endpoint: 'http://127.0.0.1:9/webhooks/customerio/acme',
  }),
  otherReporting('reporting webhook lacks events', { events: ['email_sent', 'email_opened'] }),
  {
    name: 'Customer.io: reporting webhook disabled',
    async break({ world: { customerio } }) {
      const [hook] = customerio.reportingWebhooks();
      const put = (disabled: boolean) =>
        fetch(`${customerio.url}/v1/reporting_webhooks/${hook!.id}`, {
          method: 'PUT',
          headers: { authorization: `Bearer ${customerio.credentials.appKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ ...hook, disabled }),
        });
      await put(true);
      return async () => void (await put(false));
    },
    after: reports,
  },
  credential(
    'signs with another key than configured',
    { signingKey: 'a-key-that-nobody-has-configured' },
    { during: reports, after: reports },
  ),
  {
    name: 'Customer.io: reports come with a time that is 10 min off',
    break(lights) {
      lights.reportsAheadMs = 600_000;
      return () => {
        lights.reportsAheadMs = 0;
      };
    },
    during: reports,
    after: reports,
  },
];

export const DATABASE: Fault[] = [
  proxied('Database: connection refused', 'database', 'refuse'),
  proxied('Database: half-open connections', 'database', 'freeze'),
  {
    name: 'Database: another, dead process holds the lease',
    async break({ world: { app } }) {
      const until = Date.now() + 3_600_000;
      const hold = app.database.db.updateTable('connections').set({ owner: 'dead', owner_until: until });
      await hold.execute();
      return async () => {
        const free = app.database.db.updateTable('connections').set({ owner: null, owner_until: 0 });
        await free.execute();
      };
    },
    after: moves,
  },
];

export const CONFIGURATIONS: Fault[] = [
  configured('wrong Kommo token', (yaml) => yaml.replace('${KOMMO_TOKEN}', 'wrong')),
  configured('Kommo’s host does not exist', (yaml) => yaml.replace('${KOMMO_URL}', 'https://no-such-host.invalid')),
  configured('wrong Site ID', (yaml) => yaml.replace('${CUSTOMERIO_SITE_ID}', 'wrong')),
  configured('wrong region', (yaml) => yaml.replace('region: us', 'region: eu')),
  configured('wrong App key', (yaml) => yaml.replace('${CUSTOMERIO_APP_KEY:-}', 'wrong')),
  configured('wrong signing key', (yaml) => yaml.replace('${CUSTOMERIO_SIGNING_KEY}', 'a-wrong-signing-key-0123')),
  configured('another webhook secret', (yaml) => yaml.replace('${KOMMO_WEBHOOK_SECRET}', 'fedcba9876543210fedc')),
  configured('no rules published', (yaml) => `${yaml.split('    # Kommo -> Customer.io: who')[0]}    rules: console\n`),
];

/** Each list runs in a world of its own, one fault after the other. */
export const WORLDS: Record<string, Fault[]> = {
  'kommo-calls': KOMMO_CALLS,
  'kommo-network': KOMMO_NETWORK,
  'kommo-hooks': KOMMO_HOOKS,
  'kommo-names': KOMMO_NAMES,
  'customerio-calls': CUSTOMERIO_CALLS,
  'customerio-reports': CUSTOMERIO_REPORTS,
  database: DATABASE,
  configurations: CONFIGURATIONS,
};
