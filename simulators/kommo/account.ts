import { createEventsLog, type EventsLog } from './events-log.ts';
import type {
  Catalog,
  CatalogElement,
  Change,
  Company,
  Contact,
  FieldDefinition,
  FieldOwner,
  IncomingDecision,
  IncomingLead,
  Lead,
  LossReason,
  Note,
  Pipeline,
  Stage,
  Task,
  User,
} from './model.ts';
import { defaultLossReasons, fieldOf, pipelineOf, userOf } from './seed.ts';
import type { Settings } from './settings.ts';
import type { EntityKind } from './types.ts';

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
  tasksOf: Map<string, Task[]>;
  /** Leads by contact, the other way round of `contact_ids`. */
  leadsOf: Map<number, Set<number>>;
  /** Incoming leads that wait for a decision, by uid. */
  incoming: Map<string, IncomingLead>;
  /** Those that were accepted or declined. */
  decisions: IncomingDecision[];
  lossReasons: LossReason[];
  catalogs: Map<number, Catalog>;
  elements: Map<number, CatalogElement>;
  /** How many of which element are linked to an entity, by `leads/1`. */
  elementsOf: Map<string, Map<number, number>>;
  /** Contacts that the token's user has no right to see. */
  hiddenContacts: Set<number>;
  /** Tag ids are per kind of entity: `leads/VIP` -> id. */
  tagIds: Map<string, number>;
  events: EventsLog;
  /** The user of the long-lived token. */
  tokenUser: User;
  nextId(): number;
  /** Unix seconds: Kommo knows nothing finer, so that two changes within a second share it. */
  seconds(): number;
  emit(change: Change): void;
}

export function createAccount(settings: Settings, emit: (change: Change) => void): Account {
  let lastId = 30_000_000;
  const nextId = () => ++lastId;
  const users = settings.users.map(userOf);
  const tokenUser = users.find((user) => user.is_admin) ?? users[0];
  if (!tokenUser) throw new Error('A Kommo account needs a user: give `users` at least one.');
  if (settings.pipelines.length === 0) throw new Error('A Kommo account needs a pipeline.');
  return {
    settings,
    pipelines: settings.pipelines.map(pipelineOf),
    users,
    fields: settings.fields.map((seed, n) => fieldOf(seed, 500 + n, nextId)),
    leads: new Map(),
    contacts: new Map(),
    companies: new Map(),
    notes: new Map(),
    tasks: new Map(),
    notesOf: new Map(),
    tasksOf: new Map(),
    leadsOf: new Map(),
    incoming: new Map(),
    decisions: [],
    lossReasons: [...defaultLossReasons],
    catalogs: new Map(),
    elements: new Map(),
    elementsOf: new Map(),
    hiddenContacts: new Set(),
    tagIds: new Map(),
    events: createEventsLog(settings.now, () => settings.switches.eventsLateMs),
    tokenUser,
    nextId,
    seconds: () => Math.floor(settings.now() / 1000),
    emit,
  };
}

export const findField = (account: Account, entity: FieldOwner, id: number): FieldDefinition | undefined =>
  account.fields.find((field) => field.id === id && field.entity_type === entity && !field.is_deleted);

export const fieldByCode = (
  account: Account,
  entity: FieldOwner,
  code: unknown,
): FieldDefinition | undefined =>
  account.fields.find(
    (field) =>
      field.entity_type === entity && !field.is_deleted && field.code !== null && field.code === code,
  );

export const findPipeline = (account: Account, id: number): Pipeline | undefined =>
  account.pipelines.find((pipeline) => pipeline.id === id);

export const mainPipeline = (account: Account): Pipeline =>
  account.pipelines.find((pipeline) => pipeline.is_main) ?? account.pipelines[0]!;

export const findStage = (pipeline: Pipeline, id: number): Stage | undefined =>
  pipeline.stages.find((stage) => stage.id === id);

/** Where a new deal lands: the first stage that is not "Incoming leads". */
export const firstStage = (pipeline: Pipeline): Stage => pipeline.stages.find((stage) => stage.type === 0)!;

export const entityExists = (account: Account, kind: EntityKind, id: number): boolean =>
  account[kind].get(id)?.is_deleted === false;

/** Whether a contact is kept from calls: by the rights of the token's user, or while it is unsorted (switch). */
export function isHidden(account: Account, kind: EntityKind, id: number): boolean {
  const contact = kind === 'contacts' ? account.contacts.get(id) : undefined;
  return contact !== undefined && isHiddenContact(account, contact);
}

export function isHiddenContact(
  { hiddenContacts, settings }: Account,
  { id, is_unsorted }: Pick<Contact, 'id' | 'is_unsorted'>,
): boolean {
  const isUnsorted = is_unsorted === true && settings.switches.unsortedContacts === 'hidden';
  return isUnsorted || hiddenContacts.has(id);
}

/** Whether a call finds the entity: it exists, is not deleted, and the token's user may see it. */
export const isReadable = (account: Account, kind: EntityKind, id: number): boolean =>
  entityExists(account, kind, id) && !isHidden(account, kind, id);

/** Keeps the way from a contact to its leads in step with a lead's contacts. */
export function linkContacts(account: Account, lead: Lead, contactIds: number[]): void {
  for (const id of lead.contact_ids) account.leadsOf.get(id)?.delete(lead.id);
  lead.contact_ids = [...new Set(contactIds)];
  for (const id of lead.contact_ids) {
    const leads = account.leadsOf.get(id) ?? new Set();
    account.leadsOf.set(id, leads.add(lead.id));
  }
}

/** Ends the wait of an incoming lead: it left its stage, and its contacts are contacts like others. */
export function settleIncoming(account: Account, lead: Lead): void {
  for (const [uid, incoming] of account.incoming) {
    if (incoming.lead_id !== lead.id) continue;
    account.incoming.delete(uid);
    for (const id of incoming.contact_ids) delete account.contacts.get(id)?.is_unsorted;
  }
}

/** Puts an entry into a list of a map, making the list when it is the first. */
export function addTo<T>(lists: Map<string, T[]>, key: string, entry: T): void {
  const list = lists.get(key);
  if (list) list.push(entry);
  else lists.set(key, [entry]);
}

/** A tag by its name; an unknown one is created, as Kommo does. */
export function tagNamed(account: Account, kind: EntityKind, name: string) {
  const key = `${kind}/${name}`;
  const id = account.tagIds.get(key) ?? account.nextId();
  account.tagIds.set(key, id);
  return { id, name };
}

export function tagWithId(account: Account, kind: EntityKind, id: number) {
  for (const [key, tagId] of account.tagIds)
    if (tagId === id && key.startsWith(`${kind}/`)) return { id, name: key.slice(kind.length + 1) };
  return undefined;
}

/** @returns brings the stage back, in its place */
export function removeStage(account: Account, pipelineName: string, stageName: string): () => void {
  const pipeline = account.pipelines.find(({ name }) => name === pipelineName);
  const index = pipeline?.stages.findIndex(({ name }) => name === stageName) ?? -1;
  if (!pipeline || index < 0) throw new Error(`There is no stage "${stageName}" in "${pipelineName}".`);
  const [stage] = pipeline.stages.splice(index, 1);
  return () => void pipeline.stages.splice(index, 0, stage!);
}

/** @returns brings the field back, where nobody has made another of its name */
export function removeDealField(account: Account, name: string): () => void {
  const field = account.fields.find((each) => each.entity_type === 'leads' && each.name === name);
  if (!field) throw new Error(`There is no deal field "${name}".`);
  field.is_deleted = true;
  return () => {
    const isThere = account.fields.some(
      (each) => each.entity_type === 'leads' && each.name === name && !each.is_deleted,
    );
    if (!isThere) field.is_deleted = false;
  };
}
