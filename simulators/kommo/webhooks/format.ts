import type { Change } from '../model.ts';
import type { HookAccount } from './account.ts';
import { buildQuery, type FormValue } from './form.ts';
import { incomingItem } from './incoming-item.ts';
import {
  contactItem,
  deletedLeadItem,
  type HookItem,
  type Item,
  type ItemContext,
  leadItem,
  pipelineItem,
} from './items.ts';
import { noteItem, taskItem } from './note-item.ts';

export type { HookItem } from './items.ts';

export interface ItemOptions extends ItemContext {
  /** Captures carry an unchanged `old_responsible_user_id` in `contacts[update]`. */
  contactOldResponsible: 'always' | 'changed';
}

const actions = { added: 'add', updated: 'update', deleted: 'delete', restored: 'restore' } as const;
const noteSettings = { leads: 'note_lead', contacts: 'note_contact', companies: 'note_company' } as const;

/** What an account's webhooks report of a change. A move is two items, `status` and `update`, as Kommo sends it. */
export function itemsOf(change: Change, options: ItemOptions): HookItem[] {
  if ('lead' in change) return leadItems(change, options);
  if ('note' in change) {
    const { note, by } = change;
    const entity = note.entity_type === 'leads' ? 'leads' : 'contacts';
    const item = noteItem(note, by, options.account);
    return [{ setting: noteSettings[note.entity_type], path: [entity, 'note'], item }];
  }
  if ('incoming' in change) return [incomingItem(change)];
  if ('task' in change) {
    const action = change.kind === 'task_added' ? 'add' : 'update';
    const item = taskItem(change.task, change.by, options.account);
    return [{ setting: `${action}_task`, path: ['task', action], item }];
  }
  const [kind, happened] = change.kind.split('_') as ['contact' | 'company', keyof typeof actions];
  const entity = 'contact' in change ? change.contact : change.company;
  const always = happened === 'updated' && options.contactOldResponsible === 'always';
  const changed = change.old_responsible_user_id;
  const oldResponsible = changed ?? (always ? entity.responsible_user_id : undefined);
  const item = contactItem(entity, change.by, options, { oldResponsible });
  const also = changed === undefined ? {} : { also: `responsible_${kind}` };
  return [{ setting: `${actions[happened]}_${kind}`, ...also, path: ['contacts', actions[happened]], item }];
}

function leadItems(change: Extract<Change, { kind: `lead_${string}` }>, options: ItemOptions): HookItem[] {
  const { lead, by } = change;
  const one = (action: string, item: Item): HookItem => ({
    setting: `${action}_lead`,
    path: ['leads', action],
    item,
  });
  switch (change.kind) {
    case 'lead_moved': {
      const item = leadItem(lead, by, options, { status_id: change.from.status_id });
      return [one('status', item), one('update', item)];
    }
    case 'lead_responsible': {
      const old = { responsible_user_id: change.old_responsible_user_id };
      return [one('responsible', leadItem(lead, by, options, old))];
    }
    case 'lead_deleted':
      return [one('delete', deletedLeadItem(lead))];
    case 'lead_added':
      return [one('add', leadItem(lead, by, options))];
    case 'lead_updated':
      return [one('update', leadItem(lead, by, options))];
    case 'lead_restored':
      return [one('restore', leadItem(lead, by, options))];
  }
}

/** The names of the keys in a body, e.g. `leads[status]`, each once. */
export const keysOf = (items: HookItem[]): string[] => [
  ...new Set(items.map(({ path: [entity, action] }) => `${entity}[${action}]`)),
];

function group(items: HookItem[]): [string, FormValue][] {
  const entities = new Map<string, Record<string, FormValue[]>>();
  for (const { path, item } of items) {
    const [entity, action] = path;
    const byAction = entities.get(entity) ?? {};
    entities.set(entity, byAction);
    const list = byAction[action] ?? [];
    byAction[action] = list;
    list.push(item);
  }
  return [...entities];
}

/** The form body of an account-level webhook. Its `account` block was first in captures of 2025, last in 2021. */
export function accountBody(items: HookItem[], account: HookAccount, block: 'first' | 'last'): string {
  const { id, subdomain, webHost = `${subdomain}.kommo.com` } = account;
  const about: [string, FormValue] = ['account', { subdomain, id, _links: { self: `https://${webHost}` } }];
  return buildQuery(block === 'first' ? [about, ...group(items)] : [...group(items), about]);
}

/** What Digital Pipeline webhooks report of a change, or null: only entering a stage counts. */
export function pipelineHookItem(change: Change): HookItem | null {
  if (change.kind === 'lead_added')
    return { setting: '', path: ['leads', 'add'], item: pipelineItem(change.lead) };
  if (change.kind === 'lead_moved')
    return { setting: '', path: ['leads', 'status'], item: pipelineItem(change.lead, change.from) };
  return null;
}

/** The form body of a Digital Pipeline webhook: the deal first, then a short account block (Kommo docs). */
export function pipelineBody(item: HookItem, { id, subdomain }: HookAccount): string {
  return buildQuery([...group([item]), ['account', { id, subdomain }]]);
}
