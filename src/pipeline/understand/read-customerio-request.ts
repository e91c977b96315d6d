import { readReport } from '../../customerio/index.ts';
import { normalizeEmail } from '../../domain/person.ts';
import { SELF_TEST, SELF_TEST_MESSAGE } from '../../domain/self-test.ts';
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
    person: (report.person.email && normalizeEmail(report.person.email)) ?? report.person.id,
    inboxIds: [request.id],
  });
  return `Customer.io reports ${report.name}.`;
}
