import { activityRoutes } from './activity/contract.ts';
import { alertRoutes } from './alerts/contract.ts';
import { backfillRoutes } from './backfills/contract.ts';
import { callRoutes } from './calls/contract.ts';
import { commandRoutes } from './commands/contract.ts';
import { connectionRoutes } from './connections/contract.ts';
import { coverageRoutes } from './coverage/contract.ts';
import { eventRoutes } from './event/contract.ts';
import { failureRoutes } from './failures/contract.ts';
import { funnelRoutes } from './funnel/contract.ts';
import { healthRoutes } from './health/contract.ts';
import { holdRoutes } from './holds/contract.ts';
import { kommoAccessRoutes } from './kommo-access/contract.ts';
import { nowRoutes } from './now/contract.ts';
import { peopleRoutes } from './people/contract.ts';
import type { Route } from './route.ts';
import { ruleRoutes } from './rules/contract.ts';
import { searchRoutes } from './search/contract.ts';
import { setupRoutes } from './setup/contract.ts';
import { signInRoutes } from './sign-in/contract.ts';
import { subjectRoutes } from './subjects/contract.ts';
import { watchRoutes } from './watches/contract.ts';

/** All routes of the API. Each page's contract has its routes. */
export const routes = {
  ...signInRoutes,
  ...peopleRoutes,
  ...funnelRoutes,
  ...nowRoutes,
  ...healthRoutes,
  ...activityRoutes,
  ...eventRoutes,
  ...searchRoutes,
  ...subjectRoutes,
  ...watchRoutes,
  ...callRoutes,
  ...ruleRoutes,
  ...coverageRoutes,
  ...connectionRoutes,
  ...kommoAccessRoutes,
  ...setupRoutes,
  ...alertRoutes,
  ...failureRoutes,
  ...holdRoutes,
  ...backfillRoutes,
  ...commandRoutes,
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
