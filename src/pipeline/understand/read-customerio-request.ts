import { readReport } from '../../customerio/index.ts';
import { addressIn } from '../../domain/address.ts';
import type { MailReport } from '../../domain/events.ts';
import { SELF_TEST, SELF_TEST_MESSAGE } from '../../domain/self-test.ts';
import { ORIGINAL_LENGTH } from '../../domain/shortened-report.ts';
import type { StoredRequest } from '../../store/inbox.ts';
import { compressionProblem } from './compression.ts';
import type { Understood } from './understood.ts';

/** Adds the report of a Customer.io webhook to `understood`. @returns the outcome, for people. */
export function readCustomerioRequest(request: StoredRequest, understood: Understood): string {
  const body = Buffer.from(request.body ?? []);
  const reading = readReport(body, Math.floor(request.received_at / 1000));
  if (!reading.ok) return `Ignored: ${compressionProblem(request.headers, body) ?? reading.reason}`;
  const { report } = reading;
  if (report.name === SELF_TEST) return `Ignored: ${SELF_TEST_MESSAGE}`;
  understood.events.push({
    connection: request.connection,
    key: `report:${report.reportId}`,
    event: report,
    name: report.name,
    person: shownPerson(report),
    inboxIds: [request.id],
  });
  return `Customer.io reports ${report.name}.${shorteningOf(request.headers)}`;
}

/** The person's own address, else the identifier; the address of the message where nothing else is known. */
function shownPerson({ person: { id, email, emailIsRecipient } }: MailReport): string | null {
  return emailIsRecipient ? (id ?? addressIn(email)) : (addressIn(email) ?? id);
}

/** What the trace says of a report that was shortened before it was stored. */
function shorteningOf(headers: StoredRequest['headers']): string {
  const length = Number(headers[ORIGINAL_LENGTH] ?? 0);
  if (!(length > 0)) return '';
  const size = (length / 1_000_000).toFixed(1);
  return ` The report had ${size} MB; long texts such as the content of the message were left out before it was stored.`;
}
