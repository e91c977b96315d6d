import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { ApiError } from './api/client.ts';
import { queryClient, sessionQuery } from './api/queries.ts';
import { ActivityPage } from './pages/activity/ActivityPage.tsx';
import { activitySearch } from './pages/activity/search.ts';
import { BoardPage } from './pages/board/BoardPage.tsx';
import { FailuresPage } from './pages/failures/FailuresPage.tsx';
import { NowPage } from './pages/now/NowPage.tsx';
import { RulesPage } from './pages/rules/RulesPage.tsx';
import { SetupPage } from './pages/sign-in/SetupPage.tsx';
import { SignInPage } from './pages/sign-in/SignInPage.tsx';
import { SubjectPage } from './pages/subject/SubjectPage.tsx';
import { TracePage } from './pages/trace/TracePage.tsx';
import { Broken, NotFound } from './parts/Whole.tsx';
import { Shell } from './shell/Shell.tsx';

const root = createRootRouteWithContext()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (isOurs(search.to) ? { to: search.to } : {}),
  component: SignInPage,
});

const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: SetupPage });

/** Everything that needs somebody who is signed in. The connection stays chosen from page to page. */
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

const now = createRoute({ getParentRoute: () => shell, path: '/', component: NowPage });

const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: activitySearch,
  component: ActivityPage,
});

const trace = createRoute({ getParentRoute: () => shell, path: '/activity/$id', component: TracePage });

const subject = createRoute({
  getParentRoute: () => shell,
  path: '/subject',
  validateSearch: ({ q }): { q?: string } =>
    typeof q === 'string' || typeof q === 'number' ? { q: String(q) } : {},
  component: SubjectPage,
});

/** Only `stagepost demo` has it. */
const board = createRoute({
  getParentRoute: () => shell,
  path: '/demo',
  validateSearch: ({ deal }): { deal?: number } => (typeof deal === 'number' ? { deal } : {}),
  component: BoardPage,
});

const failures = createRoute({ getParentRoute: () => shell, path: '/failures', component: FailuresPage });

const rules = createRoute({ getParentRoute: () => shell, path: '/rules', component: RulesPage });

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setup,
    shell.addChildren([now, activity, trace, subject, failures, rules, board]),
  ]),
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Only a page of this console: no other site can be slipped in as the place to go after signing in. */
function isOurs(to: unknown): to is string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to);
}
