import { createRing } from '../../common/ring.ts';
import type { Change } from '../model.ts';
import { defaultSwitches } from '../switches.ts';
import type { HookDelivery } from '../types.ts';
import { createCoalescer } from './coalesce.ts';
import { accountBody, itemsOf, keysOf, pipelineBody, pipelineHookItem } from './format.ts';
import { createRegistry } from './registry.ts';
import { isGood } from './retry.ts';
import { createSender } from './sender.ts';
import type { HookTarget } from './targets.ts';
import type { HookEvent, HookSwitches, Webhooks, WebhooksOptions } from './types.ts';

export { hookSettings, type Webhook } from './registry.ts';
export type * from './types.ts';

/**
 * The side of a Kommo account that reports changes: subscriptions, Digital Pipeline triggers, bodies,
 * delivery with Kommo's further attempts, and faults on the way.
 */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { account, now = Date.now } = options;
  const switches = (): HookSwitches => ({ ...defaultSwitches, ...options.switches?.() });
  const log = createRing<HookDelivery>(options.logSize ?? 20_000);
  const listeners = new Set<(event: HookEvent) => void>();
  const registry = createRegistry(account.id, now);

  const emit = (event: HookEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const sender = createSender({
    now,
    switches,
    timeScale: options.timeScale ?? 1,
    timeoutMs: options.timeoutMs ?? 2000,
    inFlight: options.inFlight ?? 32,
    fault: () => options.faults?.hook() ?? null,
    log(delivery) {
      log.push(delivery);
      const { status, nextAt } = delivery;
      if (status !== null) emit({ kind: 'hook_sent', delivery });
      if (status === null || (!isGood(status) && nextAt === null)) emit({ kind: 'hook_lost', delivery });
    },
    disabled(target) {
      gatherer.forget(target);
      const hook = registry.show(target);
      if (hook) emit({ kind: 'hook_disabled', hook });
    },
  });
  const gatherer = createCoalescer<HookTarget>((target, items) =>
    sender.send(target, keysOf(items), accountBody(items, account, switches().accountBlock)),
  );
  const forget = (target: HookTarget) => {
    gatherer.forget(target);
    sender.forget(target);
  };
  const setDisabled = (destination: string, disabled: boolean): boolean => {
    const target = registry.find(destination);
    if (!target) return false;
    target.disabled = disabled;
    if (disabled) forget(target);
    else target.health.reset();
    return true;
  };

  const emitToAccount = (change: Change) => {
    const subscribers = registry.subscribers().filter(({ target }) => !target.disabled);
    if (subscribers.length === 0) return;
    const { contactOldResponsible, coalesceMs, hookClockSkewSec: skew } = switches();
    const fieldDefinitions = options.fieldDefinitions();
    const items = itemsOf(change, { ...options, account, fieldDefinitions, contactOldResponsible, skew });
    for (const { target, settings } of subscribers)
      for (const item of items)
        if (settings.includes(item.setting) || (item.also !== undefined && settings.includes(item.also)))
          gatherer.add(target, [item], coalesceMs);
  };
  const emitToPipelines = (change: Change) => {
    const item = switches().digitalPipelineHooks ? pipelineHookItem(change) : null;
    if (!item || !('lead' in change)) return;
    const { pipeline_id, status_id } = change.lead;
    for (const target of registry.pipelineTargets(pipeline_id, status_id))
      sender.send(target, keysOf([item]), pipelineBody(item, account));
  };

  return {
    emit(change) {
      emitToAccount(change);
      emitToPipelines(change);
    },
    addHook: (hook) => registry.add(hook, switches().hookRepost),
    hooks: registry.list,
    removeHook(destination) {
      const target = registry.remove(destination);
      if (!target) return false;
      // Else an attempt on the wire would be followed by another.
      target.disabled = true;
      forget(target);
      return true;
    },
    enableHook: (destination) => setDisabled(destination, false),
    disableHook: (destination) => setDisabled(destination, true),
    addDigitalPipelineHook: (hook) => registry.addPipelineHook(hook).id,
    removeDigitalPipelineHook(id) {
      const target = registry.removePipelineHook(id);
      if (!target) return false;
      target.disabled = true;
      sender.forget(target);
      return true;
    },
    deliveries: log.all,
    get pending() {
      return gatherer.size + sender.pending;
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async idle() {
      while (gatherer.size + sender.pending > 0) {
        await gatherer.idle();
        await sender.idle();
      }
    },
    async close() {
      gatherer.close();
      await sender.close();
      listeners.clear();
    },
  };
}
