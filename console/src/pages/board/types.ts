import type { MailAction } from '../../../../src/commands/demo/contract.ts';

/** What a visitor of the demo can do in the two simulated accounts. */
export type BoardAction =
  | { what: 'move'; deal: number; stage: number }
  | { what: 'mail'; delivery: string; act: MailAction }
  | { what: 'deal' };

/** A stage's colour in Kommo, and the event that it starts. */
export type StageRules = ReadonlyMap<number, { color: string | null; event: string | null }>;
