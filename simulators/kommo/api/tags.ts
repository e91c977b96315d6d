import { tagNamed } from '../account.ts';
import { need } from '../checks.ts';
import type { Tag } from '../model.ts';
import type { EntityKind } from '../types.ts';
import { runBatch } from './batch.ts';
import type { Call, Routes } from './call.ts';
import { page } from './page.ts';

/** Tag ids are per kind of entity (Kommo docs). */
function tagsOf({ account, query }: Call, kind: EntityKind): Tag[] {
  const text = query.one('query')?.toLowerCase() ?? '';
  const names = query.list('filter', 'name');
  const ids = query.ids('filter', 'id');
  return [...account.tagIds]
    .filter(([key]) => key.startsWith(`${kind}/`))
    .map(([key, id]) => ({ id, name: key.slice(kind.length + 1) }))
    .filter(({ name }) => name.toLowerCase().includes(text) && (!names || names.includes(name)))
    .filter(({ id }) => !ids || ids.has(id));
}

const routesOf = (kind: EntityKind): Routes => ({
  [`GET /${kind}/tags`]: (call) => page(call, 'tags', tagsOf(call, kind), (tag) => ({ ...tag, color: null })),
  // Kommo docs: a name that is known gives the tag there is.
  [`POST /${kind}/tags`]: (call) =>
    runBatch<Tag>(call, {
      key: 'tags',
      plan: (item, check) => {
        const name = need(check, item, 'name', 'string');
        return name === undefined ? undefined : { write: () => tagNamed(call.account, kind, name) };
      },
      show: (tag) => ({ ...tag, color: null }),
    }),
});

export const tagRoutes: Routes = { ...routesOf('leads'), ...routesOf('contacts'), ...routesOf('companies') };
