import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError } from '../cluster/instance-rpc.ts';
import { fixMethod } from '../doctor/checks-method.ts';
import type { Fixable } from '../doctor/connection.ts';
import type { Finding } from '../doctor/finding.ts';
import type { ConsoleConnection } from '../http/api/services.ts';
import type { RulesServices } from '../rules-admin/services.ts';
import type { RunningConnection } from '../setup/finish.ts';
import { SetupError } from '../setup/setup-error.ts';
import { Setups, type SetupsOptions } from '../setup/setups.ts';

export interface SetupServicesOptions extends Omit<SetupsOptions, 'connection'> {
  /** By name; they may change. */
  shown: ReadonlyMap<string, ConsoleConnection>;
  rpc: RulesServices['rpc'];
}

type Checks = ConsoleConnection['checks'];

/** How long a connection may take to be run by some process, ms: the lease of another one may have to end first. */
const RUN_WITHIN_MS = 25_000;
const RETRY_EVERY_MS = 200;

/** Creates the service of setups, which finishes a setup in whichever process runs the new connection. */
export function createSetups({ shown, rpc, ...options }: SetupServicesOptions): Setups {
  rpc.handle(fixMethod, async (name, { check }) => {
    const findings = await shown.get(name)?.checks.fix(check);
    if (!findings) throw new RpcError('unavailable', 'The connection does not run in this process.');
    return { findings };
  });

  function running(name: string): RunningConnection | null {
    const connection = shown.get(name);
    if (!connection) return null;
    const { checks } = connection;
    return {
      isStarted: () => checks.known().place !== 'starting',
      fix: (check) => fixAnywhere(checks, name, check),
      testWebhook: async (side) => (await checks.testWebhook(side)).steps,
    };
  }

  /** In the process that runs the connection, as soon as there is one. */
  async function fixAnywhere(checks: Checks, name: string, check: Fixable): Promise<Finding[]> {
    const deadline = performance.now() + RUN_WITHIN_MS;
    for (;;) {
      const findings = (await checks.fix(check)) ?? (await fixElsewhere(checks, name, check));
      if (findings !== null) return findings;
      if (performance.now() > deadline)
        throw new SetupError('unavailable', 'No process of Stagepost runs the connection yet. Try again.');
      await sleep(RETRY_EVERY_MS);
    }
  }

  /** Null where no other process runs the connection. */
  async function fixElsewhere(checks: Checks, name: string, check: Fixable): Promise<Finding[] | null> {
    if (checks.known().place !== 'elsewhere') return null;
    try {
      return (await rpc.call(fixMethod, name, { check })).findings;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error.code === 'unavailable') return null;
      throw new SetupError('unavailable', error.message);
    }
  }

  return new Setups({ ...options, connection: running });
}
