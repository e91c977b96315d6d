import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { finish, spawnStagepost } from '../test/support/stagepost-process.ts';
import type { Cast } from './cast.ts';
import type { Observed } from './observed.ts';
import type { People } from './people.ts';
import type { Simulators } from './simulators.ts';

/** Backfills that run one after the other during the load, and are ended by no kill. */
export interface Backfills {
  start(): void;
  /** Begins no other one. Resolves when the last one is done, or with patience at its end. */
  finish(): Promise<void>;
  counts(): { done: number; deals: number };
  /** In words, where one has not come to its end. */
  problems(): string[];
}

export interface BackfillsOptions {
  folder: string;
  /** Of the processes; names the database that they use. */
  env: Record<string, string>;
  isEnabled: boolean;
}

const LOOK_EVERY_MS = 2_000;
const PATIENCE_MS = 5 * 60_000;

const listed = z.object({
  backfills: z.array(
    z.object({ id: z.number(), state: z.string(), done: z.number(), problem: z.string().nullable() }),
  ),
});
type Listed = z.infer<typeof listed>['backfills'][number];

const UNDER_WAY = ['planning', 'planned', 'running'];

export function createBackfills({ folder, env, isEnabled }: BackfillsOptions): Backfills {
  let isStopping = false;
  let running: Promise<void> = Promise.resolve();
  let last: Listed[] = [];

  /** The output of a command; null where it failed, since the server was killed. */
  async function run(...args: string[]): Promise<string | null> {
    const { code, out } = await finish(spawnStagepost(['backfill', ...args], { folder, env }));
    return code === 0 ? out : null;
  }

  /** Begins the next step of the newest backfill, or another one. @returns whether none is under way */
  async function step(): Promise<boolean> {
    const out = await run('list', '--json');
    if (out === null) return false;
    last = listed.parse(JSON.parse(out)).backfills;
    const [newest] = last;
    if (newest?.state === 'planned') await run('start', String(newest.id), '--yes', '--json');
    else if (newest === undefined || !UNDER_WAY.includes(newest.state)) {
      if (isStopping) return true;
      await run('new', '--connection', 'acme', '--yes', '--json');
    }
    return false;
  }

  return {
    start() {
      if (!isEnabled) return;
      running = (async () => {
        for (let deadline = Number.POSITIVE_INFINITY; !(await step()) && Date.now() < deadline; ) {
          await sleep(LOOK_EVERY_MS);
          if (isStopping) deadline = Math.min(deadline, Date.now() + PATIENCE_MS);
        }
      })();
    },
    async finish() {
      isStopping = true;
      await running;
    },
    counts: () => ({
      done: last.filter(({ state }) => state === 'done').length,
      deals: last.reduce((sum, { done }) => sum + done, 0),
    }),
    problems: () =>
      last
        .filter(({ state }) => state !== 'done')
        .map(({ id, state, problem }) => `backfill ${id} is ${state}: ${problem ?? 'no reason'}`),
  };
}

/** Some of them take part in what follows; all others only a backfill brings to Customer.io. */
const EARLIER_CLIENTS = 600;
const ACTIVE_SHARE = 20;
const STAGES = ['New lead', 'Demo scheduled', 'Proposal sent', 'Onboarding', 'Closed - won', 'Closed - lost'];

/** Makes deals with a client each, as if they were from before Stagepost. @returns the deals that nobody touches afterwards */
export function makeEarlierClients({ kommo, journal }: Simulators, cast: Cast): number[] {
  const hooks = kommo.hooks();
  for (const { destination } of hooks) kommo.removeHook(destination);
  const quiet: number[] = [];
  for (let n = 0; n < EARLIER_CLIENTS; n++) {
    const name = cast.newName();
    const contact = kommo.createContact({ ...name, name: `${name.firstName} ${name.lastName}` });
    const stage = STAGES[n % STAGES.length]!;
    const { id } = kommo.createDeal({
      ...{ name: 'Deal', price: n, contactIds: [contact.id], fields: { Plan: 'Pro' } },
      stageId: kommo.stageId('Sales', stage),
    });
    if (n % ACTIVE_SHARE > 0) quiet.push(id);
    else {
      const deal = cast.addDeal(id, [cast.addClient(contact.id, name)]);
      deal.isWon = stage === 'Closed - won';
    }
  }
  journal.begins();
  for (const { destination, settings } of hooks) kommo.addHook({ destination, settings });
  return quiet;
}

/** What is wrong with the profiles of clients whose deals only a backfill knows: each exists once, with the deal's values. */
export function wrongProfiles(
  dealIds: readonly number[],
  { kommo, customerio }: Pick<Simulators, 'kommo' | 'customerio'>,
  { dealStates }: Pick<Observed, 'dealStates'>,
  people: Pick<People, 'lastAddresses' | 'ofContact'>,
): string[] {
  const byAddress = Map.groupBy(customerio.people(), ({ email }) => (email ?? '').toLowerCase());
  return dealIds.flatMap((dealId) => {
    const contactId = dealStates.findLast((state) => state.dealId === dealId)!.contactIds[0]!;
    const [address = ''] = people.lastAddresses(people.ofContact(contactId));
    const profiles = byAddress.get(address) ?? [];
    const { price } = kommo.deal(dealId)!;
    const wrong = profiles.flatMap(({ attributes, events }) => [
      ...(attributes.kommo_deal_id === dealId ? [] : [`follows deal ${String(attributes.kommo_deal_id)}`]),
      ...(attributes.plan === 'Pro' ? [] : [`has the plan ${String(attributes.plan)}`]),
      ...(Number(attributes.deal_amount) === price
        ? []
        : [`has the amount ${String(attributes.deal_amount)}`]),
      ...events.map(({ name }) => `has the event ${name}`),
    ]);
    const found = profiles.length === 1 ? wrong : [...wrong, `has ${profiles.length} profiles`];
    return found.map((words) => `the client of deal ${dealId} (${address}) ${words}`);
  });
}
