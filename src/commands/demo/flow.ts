import type { Flow } from './contract.ts';
import type { Sides } from './sides.ts';

/** What has passed between the simulators and Stagepost. */
export function flowOf({ kommo, customerio }: Sides): Flow {
  const hooks = kommo.hookDeliveries().map(({ status }) => status ?? 0);
  const reports = customerio.reportDeliveries.map(({ status }) => status ?? 0);
  const writes = customerio.requests.filter(
    ({ method, path, status }) => isWrite(method) && path.startsWith('/api/') && isAccepted(status ?? 0),
  );
  return {
    webhooks: { kommo: count(hooks, isAccepted), customerio: count(reports, isAccepted) },
    refused: { kommo: count(hooks, isRefused), customerio: count(reports, isRefused) },
    delivered: {
      kommo: kommo.requests
        .all()
        .filter(({ method, status }) => isWrite(method) && isAccepted(status ?? 0))
        .reduce((sum, { items = 1 }) => sum + items, 0),
      customerio: writes.reduce((sum, { items = 1 }) => sum + items, 0),
    },
  };
}

const isWrite = (method: string) => method !== 'GET';
const isAccepted = (status: number) => status >= 200 && status < 300;
const isRefused = (status: number) => !isAccepted(status);

function count(statuses: number[], matches: (status: number) => boolean): number {
  return statuses.filter(matches).length;
}
