import { z } from 'zod';
import { MAIL_STATES } from '../../../domain/consent/mail-state.ts';
import { activityRow } from '../activity/contract.ts';
import { connectionName, id, json, ms } from '../common-schemas.ts';
import type { Route } from '../route.ts';

/** A deal's number, its address in Kommo, an email, or a person's identifier in Customer.io. */
export const subjectQuery = z.strictObject({
  q: z.string().trim().min(1).max(300),
  connection: connectionName.optional(),
});

export const fieldNow = z.object({
  field: z.string(),
  value: z.string(),
  /** When the report that set it happened. */
  at: ms,
  /** The report's name. */
  by: z.string().nullable(),
});

export const person = z.object({
  person: z.string(),
  /** The client's name; null where no contact was read and none was sent. */
  name: z.string().nullable(),
  email: z.string().nullable(),
  contactId: id.nullable(),
  /** The deal whose values the attributes follow. */
  dealId: id.nullable(),
  /** As last sent to Customer.io; null for a person that was never identified. */
  attributes: z.record(z.string(), json).nullable(),
  updatedAt: ms,
  /** Whether the client can get email. */
  mail: z.object({
    state: z.enum(MAIL_STATES),
    /** When the state began; null where it is not known, or where nothing speaks against sending. */
    since: ms.nullable(),
    /** "unsubscribed 38 min ago"; empty for a client who can get email. */
    reason: z.string(),
    /** "set in Kommo by Anna Keller"; null where it is not known, or where nothing speaks against sending. */
    origin: z.string().nullable(),
  }),
  /** Status fields as reports have set them. */
  fields: z.array(fieldNow),
  links: z.object({ customerioPerson: z.string().nullable() }),
});
export type Person = z.output<typeof person>;

export const watch = z.object({
  id,
  /** The event that started the clock, the report that stops it, and what is sent when it runs out. */
  start: z.string(),
  unless: z.string(),
  person: z.string(),
  dealId: id,
  startedAt: ms,
  firesAt: ms,
  state: z.enum(['running', 'stopped', 'fired']),
  endedAt: ms.nullable(),
  /** The event that stopped it. */
  stoppedBy: id.nullable(),
});

/** "Why did this client get no email?", or which one they got. */
export const answer = z.object({
  /** One sentence or a few. */
  text: z.string(),
  tone: z.enum(['good', 'waiting', 'warning', 'bad', 'nothing']),
  /** The event it speaks of. */
  event: id.nullable(),
  at: ms.nullable(),
});
export type Answer = z.output<typeof answer>;

/** What has become of an email, under the stage change or timer that started its campaign. */
export const eventEmail = z.object({
  event: id,
  /** Whether Customer.io has named the event. Otherwise it is the last one before the email. */
  isCertain: z.boolean(),
  subject: z.string().nullable(),
  recipient: z.string().nullable(),
  /** What has sent it: `Campaign "Onboarding"`, or `Campaign 23` without a name; null where no report says it. */
  sender: z.string().nullable(),
  /** `sent`, `delivered`, `opened twice (once by a machine)`, ... with the time of the first report. */
  steps: z.array(z.object({ text: z.string(), at: ms, tone: z.enum(['good', 'neutral', 'bad']) })),
  /** The events of its reports, as far as they are in the timeline. */
  reports: z.array(id),
});
export type EventEmail = z.output<typeof eventEmail>;

/** A field of a deal that Stagepost sets. */
export const shownField = z.object({
  field: z.string(),
  value: z.string(),
  /** Whether the value says that the client gets no email. */
  isRestrictive: z.boolean(),
  /** Whether that is so. */
  isTrue: z.boolean(),
  /** Whether Kommo has accepted the value. */
  isWritten: z.boolean(),
});

export const subjectDeal = z.object({
  id,
  link: z.string().nullable(),
  /** As last read from Kommo; null where the deal was not read since names are recorded. */
  name: z.string().nullable(),
  company: z.string().nullable(),
  stage: z.object({ name: z.string(), pipeline: z.string(), color: z.string().nullable() }).nullable(),
  shows: z.array(shownField),
});
export type SubjectDeal = z.output<typeof subjectDeal>;

export const subject = z.object({
  connection: connectionName,
  /** The client's name, else the deal's; null where neither was read. */
  name: z.string().nullable(),
  deals: z.array(subjectDeal),
  people: z.array(person),
  /** Set fields of these deals, the newest first. */
  fieldHistory: z.array(
    z.object({ at: ms, dealId: id, field: z.string(), value: z.string(), done: z.boolean(), event: id }),
  ),
  watches: z.array(watch),
  /** Both directions, the newest first, at most 100; older ones through `/api/activity`. */
  timeline: z.array(activityRow),
  more: z.boolean(),
  /** Emails of the events in the timeline, the first one first. */
  emails: z.array(eventEmail),
  /** Why an event in the timeline has led to no email. */
  withoutEmail: z.array(z.object({ event: id, text: z.string() })),
  answer,
});
export type Subject = z.output<typeof subject>;

/** One for each connection that knows it; where none does, one for each connection with the answer why. */
export const subjects = z.object({ q: z.string(), subjects: z.array(subject) });
export type Subjects = z.output<typeof subjects>;

export const subjectRoutes = {
  subjects: {
    method: 'GET',
    path: '/api/subjects',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'deals and people',
    summary: 'All that is known of a deal or a person, and why nothing happened',
    query: subjectQuery,
    answer: subjects,
    speaks: true,
  },
} as const satisfies Record<string, Route>;
