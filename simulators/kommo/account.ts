import { createEventsLog, type EventsLog } from './events-log.ts';
import type { Change, Company, Contact, FieldDefinition, Lead, Note, Task } from './model.ts';
import { type EntityType, type Pipeline, seedFields, seedPipelines, seedUsers, type User } from './seed.ts';
import type { Settings } from './settings.ts';

/** Everything one Kommo account holds, in memory. */
export interface Account {
  settings: Settings;
  pipelines: Pipeline[];
  users: User[];
  fields: FieldDefinition[];
  leads: Map<number, Lead>;
  contacts: Map<number, Contact>;
  companies: Map<number, Company>;
  notes: Map<number, Note>;
  tasks: Map<number, Task>;
  /** Notes by `leads/1`, so that one deal's notes are found without a search. */
  notesOf: Map<string, Note[]>;
  /** Leads by contact, the other way round of `contact_ids`. */
  leadsOf: Map<number, Set<number>>;
  events: EventsLog;
  /** The user of the long-lived token. */
  tokenUser: User;
  nextId(): number;
  /** Unix seconds: Kommo knows nothing finer, so that two changes within a second share it. */
  seconds(): number;
  tell(change: Change): void;
}

export function createAccount(settings: Settings, tell: (change: Change) => void): Account {
  let lastId = 30_000_000;
  const users = seedUsers();
  return {
    settings,
    pipelines: seedPipelines(),
    users,
    fields: seedFields(settings.emailStatusField),
    leads: new Map(),
    contacts: new Map(),
    companies: new Map(),
    notes: new Map(),
    tasks: new Map(),
    notesOf: new Map(),
    leadsOf: new Map(),
    events: createEventsLog(settings.now),
    tokenUser: users[0]!,
    nextId: () => ++lastId,
    seconds: () => Math.floor(settings.now() / 1000),
    tell,
  };
}

export function findField(account: Account, entity: EntityType, id: number): FieldDefinition | undefined {
  return account.fields.find((field) => field.id === id && field.entity_type === entity);
}

/** A field by its name or code; deleted ones are not found. */
export function fieldNamed(account: Account, entity: EntityType, name: string): FieldDefinition | undefined {
  return account.fields.find(
    (field) => field.entity_type === entity && !field.is_deleted && (field.name === name || field.code === name),
  );
}

export function findPipeline(account: Account, id: number): Pipeline | undefined {
  return account.pipelines.find((pipeline) => pipeline.id === id);
}

/** Keeps the way from a contact to its leads in step with a lead's contacts. */
export function linkContacts(account: Account, lead: Lead, contactIds: number[]): void {
  for (const id of lead.contact_ids) account.leadsOf.get(id)?.delete(lead.id);
  lead.contact_ids = contactIds;
  for (const id of contactIds) {
    const leads = account.leadsOf.get(id) ?? new Set();
    account.leadsOf.set(id, leads.add(lead.id));
  }
}
