import type { MailAction, OutageKind, StoryCommand } from '../../../../src/commands/demo/contract.ts';

export type * from '../../../../src/commands/demo/contract.ts';

/** What a visitor of the demo can do. */
export type BoardAction =
  | { what: 'move'; deal: number; stage: number }
  | { what: 'mail'; delivery: string; act: MailAction }
  | { what: 'deal'; name?: string }
  | { what: 'story'; command: StoryCommand }
  | { what: 'outage'; kind: OutageKind; act: 'break' | 'repair' };

/** A stage's colour in Kommo, and the event that it starts. */
export type StageRules = ReadonlyMap<number, { color: string | null; event: string | null }>;
