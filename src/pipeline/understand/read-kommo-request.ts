import type { UnixSeconds } from '../../domain/entities.ts';
import { type KommoReport, readWebhook } from '../../kommo/index.ts';
import type { StoredRequest } from '../../store/inbox.ts';
import { compressionProblem } from './compression.ts';
import type { MoveReport } from './register-moves.ts';
import { timeOfReport } from './report-time.ts';
import type { Understood } from './understood.ts';

/** The most sentences in the outcome of one webhook, which is stored and shown. */
const MAX_SENTENCES = 50;

/** Sorts the reports of a Kommo webhook into `understood`. @returns the outcome, for people. */
export function readKommoRequest(request: StoredRequest, understood: Understood): string {
  const body = Buffer.from(request.body ?? []);
  const reading = readWebhook(body, request.headers['content-type']);
  const compressed = reading.reports.length === 0 ? compressionProblem(request.headers, body) : null;
  if (compressed !== null) return `Ignored: ${compressed}`;
  const sentences = [
    ...reading.reports.map((report) => sortReport(report, request, understood)),
    ...reading.ignored.map(({ reason }) => `Ignored: ${reason}`),
  ];
  return joined([...new Set(sentences)]) || 'Ignored: the webhook reports no change.';
}

function joined(sentences: string[]): string {
  const more = sentences.length - MAX_SENTENCES;
  const shown = more > 0 ? [...sentences.slice(0, MAX_SENTENCES), `And ${more} more.`] : sentences;
  return shown.join(' ');
}

/** Adds the report to its list in `understood`. @returns a sentence for people. */
function sortReport(report: KommoReport, request: StoredRequest, understood: Understood): string {
  const { connection, id: inboxId } = request;
  const arrivedAt = Math.floor(request.received_at / 1000);
  const base = { connection, name: null, person: null, inboxIds: [inboxId] };
  switch (report.kind) {
    case 'moved':
      understood.moves.push({ ...moveReport(report, arrivedAt), isCreation: false, inboxIds: [inboxId] });
      return `Deal ${report.dealId} moved.`;
    case 'created': {
      const move = { ...report, fromPipelineId: null, fromStageId: null };
      understood.moves.push({ ...moveReport(move, arrivedAt), isCreation: true, inboxIds: [inboxId] });
      return `Deal ${report.dealId} was created.`;
    }
    case 'moved_without_time':
      understood.incompleteMoves.push({ report, inboxId });
      return `Deal ${report.dealId} moved. The Digital Pipeline gives no time, so it is looked up in Kommo.`;
    case 'incoming_lead':
      understood.incompleteMoves.push({ report, inboxId });
      return `Incoming lead ${report.dealId} was ${report.action}. Its stage is looked up in Kommo.`;
    case 'deal_deleted': {
      const { dealId } = report;
      const event = { kind: 'deal_deleted' as const, dealId, occurredAt: arrivedAt };
      understood.events.push({ ...base, key: `deleted:${dealId}:${inboxId}`, event });
      return `Deal ${dealId} was deleted.`;
    }
    case 'deal_changed':
      understood.changes.push({ report, at: timeOfReport(report, arrivedAt), inboxId });
      return `Deal ${report.dealId} changed.`;
    case 'deal_restored': {
      const { dealId } = report;
      const event = { kind: 'deal_restored' as const, dealId, occurredAt: timeOfReport(report, arrivedAt) };
      understood.events.push({ ...base, key: `deal_restored:${dealId}:${inboxId}`, event });
      return `Deal ${dealId} was restored.`;
    }
    case 'contact_deleted':
    case 'contact_restored': {
      const { kind, contactId } = report;
      const event = { kind, contactId, occurredAt: timeOfReport(report, arrivedAt) };
      understood.events.push({ ...base, key: `${kind}:${contactId}:${inboxId}`, event });
      return `Contact ${contactId} was ${kind === 'contact_deleted' ? 'deleted' : 'restored'}.`;
    }
    case 'contact_changed':
      understood.changes.push({ report, at: timeOfReport(report, arrivedAt), inboxId });
      return `Contact ${report.contactId} changed.`;
    case 'company_changed':
      return 'Ignored: a company changed. Its contacts get the new values with their next update.';
  }
}

type ReportedStages = Pick<
  Extract<KommoReport, { kind: 'moved' }>,
  'dealId' | 'fromPipelineId' | 'fromStageId' | 'pipelineId' | 'stageId' | 'by'
>;

/** The report of a webhook that gives the stages and perhaps a time. */
function moveReport(
  report: ReportedStages & Parameters<typeof timeOfReport>[0],
  arrivedAt: UnixSeconds,
): Omit<MoveReport, 'isCreation' | 'inboxIds'> {
  const { dealId, fromPipelineId, fromStageId, pipelineId, stageId, by, at: hookAt } = report;
  const from = fromStageId === null ? null : { pipelineId: fromPipelineId, stageId: fromStageId };
  const stages = { dealId, from, fromStageId, pipelineId, stageId, by };
  return { ...stages, at: timeOfReport(report, arrivedAt), hookAt, arrivedAt, kommoEventId: null };
}
