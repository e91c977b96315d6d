import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { ApiError } from './api/client.ts';
import { nowQuery, queryClient, sessionQuery } from './api/queries.ts';
import { activitySearch } from './pages/activity/search.ts';
import { OverviewPage } from './pages/overview/OverviewPage.tsx';
import { dealsSearch, lostSearch, overviewSearch } from './pages/overview/search.ts';
import { editSearch } from './pages/rules/edit/search.ts';
import { versionsSearch } from './pages/rules/versions/search.ts';
import { SignInPage } from './pages/sign-in/SignInPage.tsx';
import { Broken, NotFound, Waiting } from './parts/Whole.tsx';
import { Shell } from './shell/Shell.tsx';

const root = createRootRouteWithContext()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (isOurs(search.to) ? { to: search.to } : {}),
  component: SignInPage,
});

/** One-time links, with their secret behind #. Without one, the address means the setup of a connection. */
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: ({ location }) => {
    if (location.hash === '') throw redirect({ to: '/connections/add', replace: true });
  },
  component: lazyRouteComponent(() => import('./pages/sign-in/SetupPage.tsx'), 'SetupPage'),
});

/** The layout of all pages that need a sign-in. The selected connection is kept from page to page. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  validateSearch: ({ connection }): { connection?: string } =>
    typeof connection === 'string' && connection !== '' ? { connection } : {},
  search: { middlewares: [retainSearchParams(['connection'])] },
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } });
      throw error;
    }
  },
  component: Shell,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: overviewSearch,
  // A new installation has nothing to show before its first connection.
  beforeLoad: async () => {
    const { demo, connections: limit } = await queryClient.ensureQueryData(sessionQuery);
    if (demo || limit !== null) return;
    const seen = await queryClient.ensureQueryData(nowQuery).catch(() => null);
    if (seen?.connections.length === 0) throw redirect({ to: '/connections/add', replace: true });
  },
  component: OverviewPage,
});

/** The deals behind a number of the overview. */
const deals = createRoute({
  getParentRoute: () => shell,
  path: '/deals',
  validateSearch: dealsSearch,
  component: lazyRouteComponent(() => import('./pages/overview/DealsPage.tsx'), 'DealsPage'),
});

/** The clients behind a number of the overview. */
const lost = createRoute({
  getParentRoute: () => shell,
  path: '/lost',
  validateSearch: lostSearch,
  component: lazyRouteComponent(() => import('./pages/overview/LostPage.tsx'), 'LostPage'),
});

const system = createRoute({
  getParentRoute: () => shell,
  path: '/system',
  component: lazyRouteComponent(() => import('./pages/system/SystemPage.tsx'), 'SystemPage'),
});

const addConnection = createRoute({
  getParentRoute: () => shell,
  path: '/connections/add',
  component: lazyRouteComponent(() => import('./pages/setup/StartPage.tsx'), 'StartPage'),
});

const wizard = createRoute({
  getParentRoute: () => shell,
  path: '/setup/$name',
  component: lazyRouteComponent(() => import('./pages/setup/WizardPage.tsx'), 'WizardPage'),
});

const wizardStep = createRoute({
  getParentRoute: () => shell,
  path: '/setup/$name/$step',
  component: lazyRouteComponent(() => import('./pages/setup/WizardPage.tsx'), 'WizardPage'),
});

const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('./pages/activity/ActivityPage.tsx'), 'ActivityPage'),
});

const trace = createRoute({
  getParentRoute: () => shell,
  path: '/activity/$id',
  component: lazyRouteComponent(() => import('./pages/trace/TracePage.tsx'), 'TracePage'),
});

const subject = createRoute({
  getParentRoute: () => shell,
  path: '/subject',
  validateSearch: ({ q }): { q?: string } =>
    typeof q === 'string' || typeof q === 'number' ? { q: String(q) } : {},
  component: lazyRouteComponent(() => import('./pages/subject/SubjectPage.tsx'), 'SubjectPage'),
});

/** Only `stagepost demo` has it. */
const board = createRoute({
  getParentRoute: () => shell,
  path: '/demo',
  validateSearch: ({ deal }): { deal?: number } => (typeof deal === 'number' ? { deal } : {}),
  component: lazyRouteComponent(() => import('./pages/board/BoardPage.tsx'), 'BoardPage'),
});

/** The path of a deal's page in Kommo: in the demo, whose Kommo has no pages, such links lead to the board. */
const dealPage = createRoute({
  getParentRoute: () => shell,
  path: '/leads/detail/$deal',
  beforeLoad: ({ params: { deal } }) => {
    throw redirect({ to: '/demo', search: { deal: Number(deal) } });
  },
});

const failures = createRoute({
  getParentRoute: () => shell,
  path: '/failures',
  component: lazyRouteComponent(() => import('./pages/failures/FailuresPage.tsx'), 'FailuresPage'),
});

const held = createRoute({
  getParentRoute: () => shell,
  path: '/held',
  component: lazyRouteComponent(() => import('./pages/held/HeldPage.tsx'), 'HeldPage'),
});

const backfill = createRoute({
  getParentRoute: () => shell,
  path: '/backfill',
  component: lazyRouteComponent(() => import('./pages/backfill/BackfillPage.tsx'), 'BackfillPage'),
});

const calls = createRoute({
  getParentRoute: () => shell,
  path: '/calls',
  component: lazyRouteComponent(() => import('./pages/calls/CallsPage.tsx'), 'CallsPage'),
});

const watches = createRoute({
  getParentRoute: () => shell,
  path: '/watches',
  component: lazyRouteComponent(() => import('./pages/watches/WatchesPage.tsx'), 'WatchesPage'),
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: '/connections',
  component: lazyRouteComponent(() => import('./pages/connections/ConnectionsPage.tsx'), 'ConnectionsPage'),
});

const alerts = createRoute({
  getParentRoute: () => shell,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./pages/alerts/AlertsPage.tsx'), 'AlertsPage'),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/people/PeoplePage.tsx'), 'PeoplePage'),
});

const rules = createRoute({
  getParentRoute: () => shell,
  path: '/rules',
  component: lazyRouteComponent(() => import('./pages/rules/RulesPage.tsx'), 'RulesPage'),
});

const rulesEdit = createRoute({
  getParentRoute: () => shell,
  path: '/rules/edit',
  validateSearch: editSearch,
  component: lazyRouteComponent(() => import('./pages/rules/edit/EditPage.tsx'), 'EditPage'),
});

const rulesVersions = createRoute({
  getParentRoute: () => shell,
  path: '/rules/versions',
  validateSearch: versionsSearch,
  component: lazyRouteComponent(() => import('./pages/rules/versions/VersionsPage.tsx'), 'VersionsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setup,
    shell.addChildren([
      overview,
      deals,
      lost,
      system,
      activity,
      trace,
      subject,
      failures,
      backfill,
      held,
      rules,
      rulesEdit,
      rulesVersions,
      calls,
      watches,
      connections,
      addConnection,
      wizard,
      wizardStep,
      alerts,
      board,
      dealPage,
      people,
    ]),
  ]),
  defaultErrorComponent: Broken,
  defaultPendingComponent: Waiting,
  // A page's code is fetched when a pointer or the focus comes near its link.
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** An event that was opened from the list: "back" is the list. */
    isFromActivity?: boolean;
  }
}

/** Only a page of this console: no other site can be slipped in as the place to go after signing in. */
function isOurs(to: unknown): to is string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to);
}
