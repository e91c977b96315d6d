import type { FaultPlan } from '../../common/faults.ts';
import type { Change, FieldDefinition } from '../model.ts';
import type { KommoSwitches } from '../switches.ts';
import type { HookDelivery } from '../types.ts';
import type { HookAccount } from './account.ts';
import type { ItemContext } from './items.ts';
import type { NewWebhook, PipelineHook, Webhook } from './registry.ts';

/** The switches that concern webhooks. */
export type HookSwitches = Pick<
  KommoSwitches,
  | 'hookRequestId'
  | 'hookTimeoutCountsAs'
  | 'hookRepost'
  | 'accountBlock'
  | 'coalesceMs'
  | 'contactOldResponsible'
  | 'hookClockSkewSec'
  | 'digitalPipelineHooks'
  | 'digitalPipelineRetries'
>;

export interface WebhooksOptions extends Pick<ItemContext, 'companyName' | 'leadIdsOf'> {
  account: HookAccount;
  /** All entities' fields; deleted ones are left out of bodies. */
  fieldDefinitions: () => FieldDefinition[];
  /** Read anew at every use, so they may be changed at any time. */
  switches?: () => Partial<HookSwitches>;
  faults?: Pick<FaultPlan, 'hook'>;
  /** Simulated seconds per real second, for waits between attempts and the window of "disabled". Default 1. */
  timeScale?: number;
  /** Real ms a receiver may take. Default 2000 (Kommo docs). */
  timeoutMs?: number;
  /** Webhooks on the wire at one time. Default 32; 1 keeps their order. */
  inFlight?: number;
  /** Deliveries remembered. Default 20 000. */
  logSize?: number;
  /** Wall clock in ms. Default Date.now. */
  now?: () => number;
}

/**
 * `hook_sent`: an attempt was made, good or bad. `hook_lost`: the webhook will not come again, because a
 * fault dropped it or its last attempt failed. `hook_disabled`: Kommo gave the address up.
 */
export type HookEvent =
  | { kind: 'hook_sent' | 'hook_lost'; delivery: HookDelivery }
  | { kind: 'hook_disabled'; hook: Webhook };

export interface Webhooks {
  /** Reports a change to everyone subscribed. Bodies are built at once, so the entity may change afterwards. */
  emit(change: Change): void;
  /** Subscribes an address. A known one is replaced or merged (switch), and stays disabled if it was. */
  addHook(hook: NewWebhook): Webhook;
  hooks(): Webhook[];
  /** False when the address is not subscribed. What waited for it is forgotten. */
  removeHook(destination: string): boolean;
  /** What an administrator's "Save" does: works again, with a clean record. False when not subscribed. */
  enableHook(destination: string): boolean;
  disableHook(destination: string): boolean;
  /** Fires when a deal enters the stage (or any of the pipeline), created there or moved. Returns its id. */
  addDigitalPipelineHook(hook: PipelineHook): number;
  removeDigitalPipelineHook(id: number): boolean;
  /** Attempts so far, oldest first, at most `logSize`. */
  deliveries(): HookDelivery[];
  /** Webhooks gathered, queued, on the wire, or waiting for a further attempt. */
  readonly pending: number;
  /** Returns a function that stops it. */
  on(listener: (event: HookEvent) => void): () => void;
  /** Resolves when nothing is pending; a failed webhook is pending until its last attempt. */
  idle(): Promise<void>;
  /** Forgets what is pending and cuts connections. */
  close(): Promise<void>;
}
