import { type Health, type HealthItem, worstLight } from '../../../health/health.ts';
import type { ConnectionScope } from '../connection-scope.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';

/** The judgement of all connections that the sender may see. */
export function healthHandlers({ health, connections }: ApiServices): Pick<Handlers, 'health'> {
  return {
    health: async (_input, { scope }) => visibleHealth(health.current(), scope, connections.length),
  };
}

/** @param all how many connections there are: whoever does not see all of them sees none named by the installation's items */
function visibleHealth(health: Health, scope: ConnectionScope, all: number): Health {
  const connections = health.connections.filter(({ connection }) => scope.has(connection));
  const seesAll = connections.length === all;
  const isVisible = ({ code }: HealthItem) => seesAll || code !== 'kommo_account_twice';
  const items = health.installation.items.filter(isVisible);
  const installation = {
    ...health.installation,
    items,
    light: seesAll ? health.installation.light : worstLight(items.map(({ light }) => light)),
  };
  const lights = [installation.light, ...connections.map(({ light }) => light)];
  return { light: worstLight(lights), at: health.at, installation, connections };
}
