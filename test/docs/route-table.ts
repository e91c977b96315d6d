import { demoRoutes } from '../../src/commands/demo/contract.ts';
import type { RouteAccess } from '../../src/http/api/route.ts';
import { routeTable } from '../../src/http/route-table.ts';

/** All routes that any Stagepost has, with those of the demo. */
export const allRoutes: readonly RouteAccess[] = [...routeTable, ...Object.values(demoRoutes)];

const SCOPES: Record<RouteAccess['scope'], string> = {
  named: 'the named one, or those visible',
  filtered: 'those visible',
  all: 'all of them',
  none: '',
};

/** The table of routes in docs/api.md, as Markdown. `npm run docs` writes it. */
export function renderRouteTable(): string {
  const rows = allRoutes.map((route) => {
    const { method, path, role, scope, audit, managesPeople } = route;
    const address = path.replace(/:(\w+)/g, '{$1}');
    return `| \`${method} ${address}\` | ${role}${managesPeople ? ' ¹' : ''} | ${SCOPES[scope]} | ${audit ? `\`${audit}\`` : ''} |`;
  });
  return ['| route | role | connections | entry in the audit log |', '|---|---|---|---|', ...rows].join('\n');
}

const [BEGIN, END] = ['<!-- routes: written by npm run docs -->', '<!-- /routes -->'];

/** The page with this table between its marks. @throws where the marks are missing */
export function withRouteTable(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/api.md has no marks for the table of routes.');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${renderRouteTable()}\n\n${page.slice(end)}`;
}
