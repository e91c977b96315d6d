import { createTarget, type HookTarget } from './targets.ts';

/** A subscription as `GET /api/v4/webhooks` shows it. Times are unix seconds. */
export interface Webhook {
  id: number;
  destination: string;
  created_at: number;
  updated_at: number;
  account_id: number;
  created_by: number;
  sort: number;
  disabled: boolean;
  settings: string[];
}

export interface NewWebhook {
  destination: string;
  settings: string[];
  sort?: number;
  created_by?: number;
}

export interface PipelineHook {
  destination: string;
  /** Left out: any pipeline. */
  pipelineId?: number;
  /** Left out: any stage. */
  stageId?: number;
}

/** Names Kommo's reference lists, and those seen in public amoCRM clients. */
export const hookSettings: readonly string[] = [
  ...['lead', 'contact', 'company', 'customer'].flatMap((entity) =>
    ['add', 'update', 'delete', 'restore', 'responsible', 'note'].map((action) => `${action}_${entity}`),
  ),
  ...['status_lead', 'add_task', 'update_task', 'delete_task', 'responsible_task'],
  ...['add_talk', 'update_talk', 'add_message', 'add_outgoing_message', 'add_chat_template_review'],
  ...['add_unsorted', 'update_unsorted', 'delete_unsorted'],
].filter((name) => name !== 'restore_customer');

interface AccountEntry {
  target: HookTarget;
  webhook: Omit<Webhook, 'disabled'>;
}

export interface Registry {
  add(hook: NewWebhook, repost: 'replace' | 'merge'): Webhook;
  addPipelineHook(hook: PipelineHook): HookTarget;
  list(): Webhook[];
  find(destination: string): HookTarget | undefined;
  /** Takes out the subscription of this address; undefined when there is none. */
  remove(destination: string): HookTarget | undefined;
  removePipelineHook(id: number): HookTarget | undefined;
  /** Every subscription of the account, oldest first. */
  subscribers(): { target: HookTarget; settings: string[] }[];
  pipelineTargets(pipelineId: number, stageId: number): HookTarget[];
  show(target: HookTarget): Webhook | undefined;
}

/** Who gets webhooks. Kommo keys subscriptions by their destination. */
export function createRegistry(accountId: number, nowMs: () => number): Registry {
  const accounts = new Map<string, AccountEntry>();
  const pipelines: (PipelineHook & { target: HookTarget })[] = [];
  let lastId = 839_655;
  const seconds = () => Math.floor(nowMs() / 1000);
  const view = ({ webhook, target }: AccountEntry): Webhook => ({
    ...webhook,
    disabled: target.disabled,
    settings: [...webhook.settings],
  });

  const create = ({ destination, settings, sort = accounts.size + 1, created_by = 0 }: NewWebhook) => {
    const id = ++lastId;
    const at = seconds();
    const target = createTarget(id, destination, 'account');
    const fields = { id, destination, created_at: at, updated_at: at, account_id: accountId };
    return { target, webhook: { ...fields, created_by, sort, settings: [...new Set(settings)] } };
  };
  const again = ({ target, webhook }: AccountEntry, hook: NewWebhook, repost: 'replace' | 'merge') => {
    const kept = repost === 'merge' ? webhook.settings : [];
    const settings = [...new Set([...kept, ...hook.settings])];
    return {
      target,
      webhook: { ...webhook, settings, sort: hook.sort ?? webhook.sort, updated_at: seconds() },
    };
  };

  return {
    add(hook, repost) {
      const known = accounts.get(hook.destination);
      const entry = known ? again(known, hook, repost) : create(hook);
      accounts.set(hook.destination, entry);
      return view(entry);
    },
    addPipelineHook(hook) {
      const target = createTarget(++lastId, hook.destination, 'pipeline');
      pipelines.push({ ...hook, target });
      return target;
    },
    list: () => [...accounts.values()].map(view),
    find: (destination) => accounts.get(destination)?.target,
    remove(destination) {
      const target = accounts.get(destination)?.target;
      accounts.delete(destination);
      return target;
    },
    removePipelineHook(id) {
      const at = pipelines.findIndex(({ target }) => target.id === id);
      return at < 0 ? undefined : pipelines.splice(at, 1)[0]?.target;
    },
    subscribers: () =>
      [...accounts.values()].map(({ target, webhook }) => ({ target, settings: webhook.settings })),
    pipelineTargets: (pipelineId, stageId) =>
      pipelines
        .filter((hook) => hook.pipelineId === undefined || hook.pipelineId === pipelineId)
        .filter((hook) => hook.stageId === undefined || hook.stageId === stageId)
        .map(({ target }) => target),
    show(target) {
      const entry = accounts.get(target.destination);
      return entry?.target === target ? view(entry) : undefined;
    },
  };
}
