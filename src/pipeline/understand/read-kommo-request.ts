import { type KommoReport, readWebhook } from '../../kommo/index.ts';
import type { StoredRequest } from '../../store/inbox.ts';
import { compressionProblem } from './compression.ts';
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
      understood.moves.push({ ...report, kommoEventId: null, inboxIds: [inboxId] });
      return `Deal ${report.dealId} moved.`;
    case 'moved_without_time':
      understood.movesWithoutTime.push({ report, inboxId });
      return `Deal ${report.dealId} moved. The Digital Pipeline gives no time, so it is looked up in Kommo.`;
    case 'created': {
      const { dealId, pipelineId, stageId } = report;
      const occurredAt = report.at ?? arrivedAt;
      const event = {
        kind: 'deal_moved' as const,
        dealId,
        from: null,
        to: { pipelineId, stageId },
        occurredAt,
      };
      understood.events.push({ ...base, key: `created:${dealId}`, event });
      return `Deal ${dealId} was created.`;
    }
    case 'deal_deleted': {
      const { dealId } = report;
      const event = { kind: 'deal_deleted' as const, dealId, occurredAt: arrivedAt };
      understood.events.push({ ...base, key: `deleted:${dealId}:${inboxId}`, event });
      return `Deal ${dealId} was deleted.`;
    }
    case 'deal_changed':
      understood.changes.push({ report, at: report.at ?? arrivedAt, inboxId });
      return `Deal ${report.dealId} changed.`;
    case 'contact_changed':
      understood.changes.push({ report, at: report.at ?? arrivedAt, inboxId });
      return `Contact ${report.contactId} changed.`;
    case 'company_changed':
      return 'Ignored: a company changed. Its contacts get the new values with their next update.';
  }
}
