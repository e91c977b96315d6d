import { Agent, type Dispatcher } from 'undici';
import type { Catalog, Company, Contact, Deal, FieldDefinition, User } from '../../domain/entities.ts';
import { companyOf, contactOf, dealOf } from '../mapping.ts';
import { type ById, readByIds, search } from './by-id.ts';
import { readAccount, readCatalog, readUsers } from './catalog.ts';
import {
  type DealCreation,
  type DealMove,
  type EventsQuery,
  readCreations,
  readMoves,
} from './events-log.ts';
import { createLimiter, type Limiter, QUIET_AFTER_START_MS } from './limiter.ts';
import { type ExistingNote, type ExistingTask, notesOf, tasksOf } from './read-back.ts';
import { createField, type NewDealField, readWebhooks, register, type Webhook } from './setup.ts';
import { type CallOptions, type CallReport, createTransport } from './transport.ts';
import {
  addNotes,
  addTasks,
  type DealFieldChange,
  type NewNote,
  type NewTask,
  setDealFields,
} from './writes.ts';

export interface KommoClientOptions {
  /** `https://acme.kommo.com`, without `/api/v4`. */
  baseUrl: string;
  /** Asked before each call, so that it may change. */
  token: () => Promise<string> | string;
  requestsPerSecond: number;
  /** Instead of an own pool of connections. Not closed by `close()`. */
  dispatcher?: Dispatcher;
  /** For the whole call, waiting for the limiter not included, in ms. 20 s as in Kommo's PHP library. */
  timeoutMs?: number;
  onCall?: (call: CallReport) => void;
  /** Besides the client's own: Kommo counts by IP address too, so accounts in one process may have to share one. */
  sharedLimiter?: Limiter;
  /** Nothing is sent before this monotonic time (`performance.now()`); see `QUIET_AFTER_START_MS`. */
  quietUntilMs?: number;
  /** Asked just before each call is sent: an error refuses it. */
  refuse?: (() => Error | null) | undefined;
}

/**
 * Kommo's API v4 for one account. Every method throws `DeliveryError` and nothing else about the call,
 * never with the token in it. Reads and `setDealFields` may be repeated; after `unknown` from `addNotes`,
 * `addTasks` or `createDealField` read back first.
 */
export interface KommoClient {
  account(options?: CallOptions): Promise<Catalog['account']>;
  catalog(options?: CallOptions): Promise<Catalog>;
  users(options?: CallOptions): Promise<User[]>;
  /** With their contacts' ids. Deleted and unknown ones are absent. */
  deals(ids: readonly number[], options?: CallOptions): Promise<Map<number, Deal>>;
  contacts(ids: readonly number[], options?: CallOptions): Promise<Map<number, Contact>>;
  /** With their deals' ids. */
  contactsWithDeals(ids: readonly number[], options?: CallOptions): Promise<Map<number, Contact>>;
  companies(ids: readonly number[], options?: CallOptions): Promise<Map<number, Company>>;
  /** Contacts that have exactly this email (upper and lower case alike), with their deals' ids. */
  searchContacts(email: string, options?: CallOptions): Promise<Contact[]>;
  /** From the events log, oldest first. */
  dealMoves(query: EventsQuery, options?: CallOptions): Promise<DealMove[]>;
  dealCreations(query: EventsQuery, options?: CallOptions): Promise<DealCreation[]>;
  webhooks(options?: CallOptions): Promise<Webhook[]>;
  registerWebhook(destination: string, settings: readonly string[], options?: CallOptions): Promise<Webhook>;
  createDealField(field: NewDealField, options?: CallOptions): Promise<FieldDefinition>;
  /** One call for up to 250 items (50 recommended): the new ids by request id. */
  addNotes(items: readonly NewNote[], options?: CallOptions): Promise<Map<string, number>>;
  addTasks(items: readonly NewTask[], options?: CallOptions): Promise<Map<string, number>>;
  setDealFields(items: readonly DealFieldChange[], options?: CallOptions): Promise<Map<string, number>>;
  notesOf(
    dealIds: readonly number[],
    sinceUnixSeconds: number,
    options?: CallOptions,
  ): Promise<ExistingNote[]>;
  tasksOf(
    dealIds: readonly number[],
    sinceUnixSeconds: number,
    options?: CallOptions,
  ): Promise<ExistingTask[]>;
  /** How many calls a second it makes at most. */
  requestsPerSecond: number;
  /** Kommo's requests a second are mostly unused just now; see `Limiter.isQuiet`. */
  isQuiet(): boolean;
  /** Resolves when that is so, or after so many ms; see `Limiter.whenQuiet`. */
  whenQuiet(ms: number): Promise<void>;
  /** How long Kommo wants to be left alone, in ms; 0 when it does not. */
  pausedMs(): number;
  /** Closes the connections after the calls in the air. */
  close(): Promise<void>;
}

const DEALS: ById<Deal> = { name: 'leads', with: 'contacts', map: dealOf };
const CONTACTS: ById<Contact> = { name: 'contacts', with: null, map: contactOf };
const CONTACTS_WITH_DEALS: ById<Contact> = { name: 'contacts', with: 'leads', map: contactOf };
const COMPANIES: ById<Company> = { name: 'companies', with: null, map: companyOf };

export function createKommoClient(options: KommoClientOptions): KommoClient {
  const { requestsPerSecond, quietUntilMs = QUIET_AFTER_START_MS } = options;
  const ownAgent = options.dispatcher === undefined ? new Agent({ connections: 16 }) : null;
  const limiter = createLimiter({ requestsPerSecond, quietUntilMs, refuse: options.refuse });
  // Whether Kommo answers at all, or has blocked the account, one call finds out as well as seven.
  limiter.setCareful(true);
  const transport = createTransport({
    baseUrl: options.baseUrl,
    token: options.token,
    limiters: options.sharedLimiter ? [limiter, options.sharedLimiter] : [limiter],
    dispatcher: options.dispatcher ?? ownAgent!,
    timeoutMs: options.timeoutMs ?? 20_000,
    onCall: options.onCall,
  });

  return {
    account: (how) => readAccount(transport, how),
    catalog: (how) => readCatalog(transport, how),
    users: (how) => readUsers(transport, how),
    deals: (ids, how) => readByIds(transport, DEALS, ids, how),
    contacts: (ids, how) => readByIds(transport, CONTACTS, ids, how),
    contactsWithDeals: (ids, how) => readByIds(transport, CONTACTS_WITH_DEALS, ids, how),
    companies: (ids, how) => readByIds(transport, COMPANIES, ids, how),
    async searchContacts(email, how) {
      const wanted = email.trim().toLowerCase();
      // An empty query finds every contact.
      if (wanted === '') return [];
      const found = await search(transport, CONTACTS_WITH_DEALS, email.trim(), how);
      return found
        .map(contactOf)
        .filter((contact) => contact !== null)
        .filter((contact) => contact.emails.some((text) => text.toLowerCase() === wanted));
    },
    dealMoves: (query, how) => readMoves(transport, query, how),
    dealCreations: (query, how) => readCreations(transport, query, how),
    webhooks: (how) => readWebhooks(transport, how),
    registerWebhook: (destination, settings, how) => register(transport, destination, settings, how),
    createDealField: (field, how) => createField(transport, field, how),
    addNotes: (items, how) => addNotes(transport, items, how),
    addTasks: (items, how) => addTasks(transport, items, how),
    setDealFields: (items, how) => setDealFields(transport, items, how),
    notesOf: (dealIds, since, how) => notesOf(transport, dealIds, since, how),
    tasksOf: (dealIds, since, how) => tasksOf(transport, dealIds, since, how),
    requestsPerSecond,
    isQuiet: () => limiter.isQuiet(),
    whenQuiet: (ms) => limiter.whenQuiet(ms),
    pausedMs: () => limiter.pausedMs(),
    close: async () => ownAgent?.close(),
  };
}
