import { entriesOfReport } from '../../src/domain/consent/entries-of-report.ts';
import { createLedger, type Ledger } from '../../src/domain/consent/ledger.ts';
import type { Contact, Deal, Field, Pipeline } from '../../src/domain/entities.ts';
import type { MailReport } from '../../src/domain/events.ts';
import type { KnownPerson } from '../../src/domain/people/person-types.ts';
import type { DealContext, PlanContext } from '../../src/domain/plan/plan-types.ts';
import type { Rules } from '../../src/domain/rules/rules.ts';

/** Plain things for tests of decisions: a deal of Ann's in the pipeline Sales. */

export const SALES: Pipeline = {
  id: 9621010,
  name: 'Sales',
  stages: [
    { id: 12345681, name: 'Onboarding', color: null },
    { id: 142, name: 'Closed - won', color: null },
    { id: 143, name: 'Closed - lost', color: null },
  ],
};

export function field(name: string, value: Field['values'][number], id = 700100): Field {
  return { id, name, code: null, values: [value], multiple: false };
}

export function deal(part: Partial<Deal> = {}): Deal {
  return {
    id: 5,
    name: 'Acme, Pro plan',
    price: 1200,
    stage: { pipelineId: SALES.id, stageId: 142 },
    tags: [],
    createdAt: 1_700_000_000,
    updatedAt: 1_700_000_500,
    isClosed: true,
    closedAt: null,
    responsibleUserId: 77,
    fields: [field('Plan', 'Pro')],
    contactIds: [9],
    companyId: null,
    ...part,
  };
}

export function contact(part: Partial<Contact> = {}): Contact {
  return {
    id: 9,
    name: 'Ann Lee',
    firstName: 'Ann',
    lastName: 'Lee',
    emails: ['Ann@Example.com '],
    phones: ['+34600000000'],
    responsibleUserId: 77,
    fields: [],
    dealIds: [5],
    companyId: null,
    ...part,
  };
}

export function dealContext(part: Partial<DealContext> = {}): DealContext {
  return {
    deal: deal(),
    contacts: [contact()],
    missingContacts: [],
    company: { id: 3, name: 'Acme', fields: [] },
    responsibleUser: { id: 77, name: 'Maria', email: 'maria@acme.com', isActive: true },
    ...part,
  };
}

/** The record of Ann, whom the stage rule has sent to Customer.io. */
export function knownPerson(part: Partial<KnownPerson> = {}): KnownPerson {
  return {
    key: 'p_ann',
    formerKeys: [],
    identifier: 'ann@example.com',
    email: 'ann@example.com',
    contactId: 9,
    dealId: 5,
    attributes: { name: 'Ann Lee', plan: 'Pro', deal_amount: 1200, kommo_deal_id: 5 },
    fields: {},
    names: [],
    links: [],
    ...part,
  };
}

export function context(part: Partial<PlanContext> = {}): PlanContext {
  return {
    readAt: 1_700_001_000,
    waitingSince: null,
    release: null,
    sent: [],
    pipelines: [SALES],
    timezone: 'Europe/Madrid',
    country: 'ES',
    deals: [dealContext()],
    known: [],
    ledger: createLedger(),
    shows: new Map(),
    crm: { writes: new Map(), marks: new Map(), deals: new Map(), people: new Map(), users: [] },
    subject: { key: 'p_ann', person: 'ann@example.com', reason: null },
    watches: [],
    reportedBefore: false,
    hasRecentActivity: false,
    ...part,
  };
}

export function rules(part: Partial<Rules> = {}): Rules {
  return {
    skipMovesAfterSeconds: 72 * 3600,
    waitForContactSeconds: 24 * 3600,
    consent: { fromCrm: true, contactField: null, topics: [], optInFromCrm: false },
    identifyBy: 'email',
    profiles: { idPrefix: '', merge: true, whenEmailRemoved: 'clear', whenContactDeleted: 'keep' },
    contacts: 'main',
    deal: { kind: 'last_changed' },
    attributes: {
      name: 'contact.name',
      plan: 'deal.field.Plan',
      deal_amount: 'deal.price',
      kommo_deal_id: 'deal.id',
    },
    stages: [
      {
        pipelineId: SALES.id,
        stageId: 142,
        pipelineName: 'Sales',
        stageName: 'Closed - won',
        event: 'deal_won',
        data: { amount: 'deal.price', plan: 'deal.field.Plan' },
        note: "Campaign '{{ event }}' launched in Customer.io",
        tags: null,
        unmailableClients: 'send',
        condition: null,
        delaySeconds: 0,
        quietHours: null,
        whenLeft: 'drop' as const,
        once: null,
        bulkGuard: null,
      },
    ],
    reactions: [
      {
        name: 'email_opened',
        note: 'Client opened email ({{ subject }})',
        task: null,
        fields: {},
        tags: null,
        repeat: 'first',
        machineOpens: 'ignore',
      },
      {
        name: 'email_unsubscribed',
        note: null,
        task: { text: 'Client unsubscribed', dueSeconds: 86_400 },
        fields: { email_status: 'unsubscribed' },
        tags: null,
        repeat: 'every',
        machineOpens: 'ignore',
      },
    ],
    inactivity: [
      {
        start: 'deal_won',
        afterSeconds: 5 * 86_400,
        unless: ['email_opened'],
        event: 'onboarding_inactive',
        task: { text: 'Reach out to {{ contact.first_name }}', dueSeconds: 86_400 },
        stopWhen: [],
        unmailableClients: 'stop',
      },
    ],
    ...part,
  };
}

/** A report about Ann. */
export function mailReport(part: Partial<MailReport> = {}): MailReport {
  const { name = 'email_opened', occurredAt = 1_700_000_900 } = part;
  return {
    kind: 'mail_report',
    name,
    reportId: `${name} ${occurredAt}`,
    person: { id: 'ann@example.com', email: 'ann@example.com', cioId: null },
    occurredAt,
    deliveryId: null,
    machine: false,
    values: {},
    ...part,
  };
}

/** What the ledger holds once these reports were planned. */
export function ledgerOf(reports: MailReport[], isPending = false): Ledger {
  const recorded = reports.flatMap((report) =>
    entriesOfReport(report).map((entry) => ({ ...entry, eventId: 1, isPending, values: report.values })),
  );
  return createLedger(recorded);
}
