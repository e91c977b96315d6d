import { accountHealth, createHealth, type Health, pipelineHealth } from './retry.ts';

/** Where webhooks go: a subscription of the account, or a Digital Pipeline trigger. */
export interface HookTarget {
  id: number;
  destination: string;
  kind: 'account' | 'pipeline';
  disabled: boolean;
  health: Health;
  /** Unix ms until which nothing is sent again (Digital Pipeline only). */
  pausedUntil: number;
}

export function createTarget(id: number, destination: string, kind: HookTarget['kind']): HookTarget {
  const health = createHealth(kind === 'account' ? accountHealth : pipelineHealth);
  return { id, destination, kind, disabled: false, health, pausedUntil: 0 };
}
