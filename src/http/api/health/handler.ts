import { type Health, type HealthItem, worstLight } from '../../../health/health.ts';
import type { ConnectionScope } from '../connection-scope.ts';
import type { Handlers } from '../routes.ts';
import type { ApiServices } from '../services.ts';
import { translateHealth } from './translate.ts';

/** The judgement of all connections that the sender may see. */
export function healthHandlers({ health, connections }: ApiServices): Pick<Handlers, 'health'> {
  return {
    health: async (_input, { scope, principal, words }) => {
      const seesUnreadable = principal.roles === null;
      const visible = visibleHealth(health.current(), scope, { all: connections.size, seesUnreadable });
      return translateHealth(visible, words);
    },
  };
}

const UNREADABLE = new Set(['connection_unreadable', 'connection_change_unreadable']);

interface Visibility {
  /** How many connections there are: whoever does not see all of them sees none named by the installation's items. */
  all: number;
  /** Connections that cannot be read are in no scope, so that only a role for all connections sees their names. */
  seesUnreadable: boolean;
}

function visibleHealth(health: Health, scope: ConnectionScope, { all, seesUnreadable }: Visibility): Health {
  const connections = health.connections.filter(({ connection }) => scope.has(connection));
  const seesAll = connections.length === all;
  const isVisible = ({ code }: HealthItem) =>
    (seesAll || !code.endsWith('_twice')) && (seesUnreadable || !UNREADABLE.has(code));
  const items = health.installation.items.filter(isVisible);
  const installation = {
    ...health.installation,
    items,
    light:
      seesAll && seesUnreadable ? health.installation.light : worstLight(items.map(({ light }) => light)),
  };
  const lights = [installation.light, ...connections.map(({ light }) => light)];
  return { light: worstLight(lights), at: health.at, installation, connections };
}
