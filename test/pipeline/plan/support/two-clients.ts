import { createLedger } from '../../../../src/domain/consent/ledger.ts';
import type { Contact, Deal } from '../../../../src/domain/entities.ts';
import { createPeople } from '../../../../src/domain/people/people.ts';
import type { KnownPerson } from '../../../../src/domain/people/person-types.ts';
import type { Reaction } from '../../../../src/domain/rules/rules.ts';
import type { PlanningState } from '../../../../src/pipeline/gather/planning-state.ts';
import { contact, deal, SALES } from '../../../support/entities.ts';

/* Two clients on four deals, with all that Stagepost and Kommo have of them before anything happens. */

export const MARIA = 77;
export const ANN = 'ann@acme.example';
export const BOB = 'bob@acme.example';
export const CONTACTS = new Map([
  [501, ANN],
  [502, BOB],
]);
/** The deals with their contacts, the main one first. */
export const DEALS = new Map([
  [7001, [501]],
  [7002, [501, 502]],
  [7003, [502, 501]],
  [7004, [502]],
]);
/** The topics of the subscription center, all on by default. */
export const TOPICS = ['topic_1', 'topic_2'];
export const USERS = [{ id: MARIA, name: 'Maria', email: 'maria@acme.com', isActive: true }];

const reaction = (name: string, value: string, hasTask = true): Reaction => ({
  ...{ name, note: null, task: hasTask ? { text: `${name}!`, dueSeconds: 86_400 } : null },
  ...({ fields: { email_status: value }, tags: null, repeat: 'every', machineOpens: 'ignore' } as const),
});
export const REACTIONS = [
  reaction('email_unsubscribed', 'unsubscribed'),
  reaction('email_bounced', 'bounced'),
  reaction('email_spammed', 'spam'),
  reaction('customer_subscribed', 'subscribed', false),
];
/** The texts of the field that stand for an opt-out. */
export const OPT_OUTS = ['unsubscribed', 'spam'];

export function openDeal(id: number, contactIds: number[]): Deal {
  const stage = { pipelineId: SALES.id, stageId: 12345681 };
  return deal({ id, contactIds, isClosed: false, stage, fields: [] });
}

export function clientContact(id: number, email: string): Contact {
  return contact({ id, name: email, emails: [email], dealIds: [], fields: [] });
}

function clientRecord(contactId: number, email: string): KnownPerson {
  const name = { source: `contact ${contactId}`, since: 0, until: null };
  const links = [...DEALS].flatMap(([dealId, contactIds]) => {
    const index = contactIds.indexOf(contactId);
    if (index < 0) return [];
    return [{ dealId, role: index === 0 ? 'main' : 'other', contactId, since: 0, until: null } as const];
  });
  return {
    ...{ key: `p_${contactId}`, formerKeys: [], identifier: email, email, contactId },
    ...{ dealId: links.find(({ role }) => role === 'main')!.dealId, attributes: {}, fields: {}, links },
    names: [
      { kind: 'address', value: email, ...name },
      { kind: 'identifier', value: email, ...name },
      { kind: 'contact', value: String(contactId), ...name },
    ],
  };
}

export function planningState(): PlanningState {
  const persons = [...CONTACTS].map(([id, email]) => clientRecord(id, email));
  return {
    people: createPeople(persons),
    stored: new Map(),
    watches: new Map(),
    firstReports: new Set(),
    recentActivity: new Set(),
    consent: {
      ledger: createLedger(),
      searched: new Set(),
      arrivals: [],
      shows: new Map(),
      edited: new Set(),
      writes: new Map(),
      lost: null,
      marks: new Map(),
    },
    sent: [],
    triggers: new Map(),
  };
}
