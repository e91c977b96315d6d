import { randomBytes } from 'node:crypto';
import type { ReportRequest } from '../controls.ts';
import { findPerson } from '../mail/mailbox.ts';
import { addressOf, type Person } from '../model/people.ts';
import { ulid } from '../model/ulid.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Json, JsonObject, Report } from '../types.ts';
import { customerFields, personFields } from './data.ts';
import { metrics } from './metrics.ts';

/** Makes a report of any metric of any object type, with the fields its schema names. */
export function customReport(ws: Workspace, request: ReportRequest): Report {
  const own = metrics[request.objectType]?.[request.metric];
  if (!own) throw new Error(`Customer.io has no report "${request.objectType}_${request.metric}".`);
  const person = request.person === undefined ? undefined : findPerson(ws, request.person);
  if (request.person !== undefined && !person) throw new Error(`There is no person "${request.person}".`);
  const data: JsonObject = {
    ...(request.objectType === 'customer' ? customerPart(ws, person) : messagePart(ws, request, person)),
    ...Object.fromEntries(own.map((field) => [field, ownValue(field, request, person)])),
    ...request.data,
  };
  const report = ws.reports.emit({ ...request, data });
  logMessage(ws, report, person);
  return report;
}

/** What the activities call the channels, where it is not their own name. */
const channels: Record<string, string> = { sms: 'twilio' };

/** A report of a message is an activity, too; those of a person's settings come with the change itself. */
function logMessage(ws: Workspace, report: Report, person: Person | undefined): void {
  if (report.object_type === 'customer') return;
  const channel = channels[report.object_type] ?? report.object_type;
  const deliveryId = String(report.data.delivery_id ?? '');
  const data = { delivered: null, delivery_id: deliveryId, opened: null };
  ws.activities.add({ type: `${report.metric}_${channel}`, data, cioId: person?.cioId ?? null, deliveryId });
}

function customerPart(ws: Workspace, person: Person | undefined): JsonObject {
  return person ? customerFields(ws, person) : {};
}

function messagePart(ws: Workspace, request: ReportRequest, person: Person | undefined): JsonObject {
  const who = person ? personFields(ws, person, person.cioId) : {};
  return { ...who, ...parentFields(request.parent ?? 'campaign', ws.now()) };
}

/** Each message has exactly one kind of sender (Customer.io docs). */
function parentFields(parent: NonNullable<ReportRequest['parent']>, now: number): JsonObject {
  if (parent === 'none') return {};
  const delivery_id = `R${randomBytes(20).toString('base64url').slice(1)}=`;
  if (parent === 'newsletter') return { newsletter_id: 736, content_id: 1146, delivery_id };
  if (parent === 'transactional') return { transactional_message_id: 2, delivery_id };
  const journey = { action_id: 36, parent_action_id: 35, journey_id: ulid(now), delivery_id };
  if (parent === 'broadcast') return { broadcast_id: 9, trigger_id: 1, ...journey };
  return { campaign_id: 23, trigger_event_id: ulid(now), ...journey };
}

function ownValue(field: string, { objectType }: ReportRequest, person: Person | undefined): Json {
  const values: Record<string, () => Json> = {
    subject: () => 'Hello',
    recipient: () => recipientOf(objectType, person),
    recipients: () => [{ device_id: 'device-1', device_platform: 'ios' }],
    failure_message: () => 'The provider refused the message',
    href: () => 'https://example.com/',
    link_id: () => 1,
    tracked_response: () => 'Button',
    inbound_event_id: () => ulid(Date.now()),
    to: () => '+15550000000',
  };
  return values[field]?.() ?? null;
}

function recipientOf(objectType: ReportRequest['objectType'], person: Person | undefined): Json {
  if (objectType === 'slack') return '#general';
  if (objectType === 'webhook') return 'https://example.com/hook';
  const phone = person?.attributes.get('phone');
  if (objectType === 'sms' || objectType === 'whatsapp') return phone ?? '+15551234567';
  return (person && addressOf(person)) ?? 'person@example.com';
}
