import { ACTION_METRICS } from './actions.ts';

/** What is counted over time, for the console's charts and totals. */
export const METRICS = [
  /** Received webhooks. */
  'webhooks_kommo',
  'webhooks_customerio',
  /** Deals that moved or were created; changes of deals and contacts; reports of Customer.io; watches that ran out. */
  'moves',
  'changes',
  'reports',
  'inactivity',
  /** Moves that no webhook had reported, found in Kommo's events log. */
  'repaired',
  /** Done actions of each kind: events sent, people identified, notes, and so on. */
  ...ACTION_METRICS,
  /** Actions that became dead letters. */
  'failures',
  /** API calls for deliveries. */
  'calls_kommo',
  'calls_kommo_failed',
  'calls_customerio',
  'calls_customerio_failed',
] as const;
