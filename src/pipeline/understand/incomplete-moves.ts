import { z } from 'zod';
import type { NewIncompleteMove, StoredIncompleteMove } from '../../store/events/moves.ts';
import type { MoveReport } from './register-moves.ts';
import type { IncompleteMove } from './understood.ts';

/*
 * Reports of stage changes that Kommo must be asked about before they count, as they are stored until then.
 */

const id = z.number();
const seconds = z.number();
const stages = {
  dealId: id,
  fromPipelineId: id.nullable(),
  fromStageId: id.nullable(),
  pipelineId: id,
  stageId: id,
};

/** The Digital Pipeline's short report, which has no time. */
const untimed = z.object({
  // Earlier versions stored no other kind.
  kind: z.literal('moved_without_time').default('moved_without_time'),
  ...stages,
});
/** A report that may be about a known move or about another one. */
const unclear = z.object({
  kind: z.literal('unclear'),
  ...stages,
  isCreation: z.boolean(),
  at: seconds,
  hookAt: seconds.nullable(),
  arrivedAt: seconds.nullable(),
});
/** An incoming lead, of which the report names no stage. */
const incomingLead = z.object({
  kind: z.literal('incoming_lead'),
  action: z.enum(['added', 'accepted']),
  dealId: id,
  pipelineId: id.nullable(),
  at: seconds.nullable(),
});
const storedReport = z.union([unclear, incomingLead, untimed]);

type WithRow<Report> = Report & { row: StoredIncompleteMove };
export type UntimedMove = WithRow<z.output<typeof untimed>>;
export type UnclearMove = WithRow<z.output<typeof unclear>>;
export type IncomingLead = WithRow<z.output<typeof incomingLead>>;

export function incompleteRow(connection: string, { report, inboxId }: IncompleteMove): NewIncompleteMove {
  return { connection, inbox_id: inboxId, report: { ...report } };
}

export function unclearRow(connection: string, report: MoveReport): NewIncompleteMove {
  const { dealId, from, fromStageId, pipelineId, stageId, isCreation, at, hookAt, arrivedAt } = report;
  const fromPipelineId = from?.pipelineId ?? null;
  const stored = {
    dealId,
    fromPipelineId,
    fromStageId,
    pipelineId,
    stageId,
    isCreation,
    at,
    hookAt,
    arrivedAt,
  };
  return { connection, inbox_id: report.inboxIds[0]!, report: { kind: 'unclear', ...stored } };
}

export interface ParsedMoves {
  untimed: UntimedMove[];
  unclear: UnclearMove[];
  incoming: IncomingLead[];
  /** In a shape that this version does not know. */
  unreadable: StoredIncompleteMove[];
}

export function parseIncompleteMoves(rows: StoredIncompleteMove[]): ParsedMoves {
  const parsed: ParsedMoves = { untimed: [], unclear: [], incoming: [], unreadable: [] };
  for (const row of rows) {
    const { success, data } = storedReport.safeParse(row.report);
    if (!success) parsed.unreadable.push(row);
    else if (data.kind === 'unclear') parsed.unclear.push({ ...data, row });
    else if (data.kind === 'incoming_lead') parsed.incoming.push({ ...data, row });
    else parsed.untimed.push({ ...data, row });
  }
  return parsed;
}
