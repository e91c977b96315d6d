import { Agent, type Dispatcher } from 'undici';
import { addressesOf, addressIn } from '../../domain/address.ts';
import type { Catalog, Company, Contact, Deal, FieldDefinition, User } from '../../domain/entities.ts';
import { type Connect, IDLE_SOCKET_MS } from '../../lib/open-sockets.ts';
import { companyOf, contactOf, dealOf } from '../mapping.ts';
import {
  type AccountProfile,
  readProfile,
  readRecentDeals,
  readUserRights,
  type UserRights,
} from './account-profile.ts';
import { type ById, readByIds, search } from './by-id.ts';
import type { CallOptions, CallReport } from './call.ts';
import { type CatalogList, readAccount, readCatalog, readCatalogLists, readUsers } from './catalog.ts';
import { type ContactsPage, type ContactsPageQuery, readContactsPage } from './contacts-list.ts';
import { type DealsPage, type DealsPageQuery, readDealsPage } from './deals-list.ts';
import {
  type DealCreation,
  type DealMove,
  type EventsQuery,
  readCreations,
  readMoves,
} from './events-log.ts';
import { KommoLimits } from './kommo-limits.ts';
import { type LogEntries, type LogEntriesQuery, readLogEntries } from './log-entries.ts';
import { RateLimiter } from './rate-limiter.ts';
import { type ExistingNote, type ExistingTask, notesOf, tasksOf } from './read-back.ts';
import { type RecordChange, type RecordChangesQuery, readRecordChanges } from './record-changes.ts';
import { repeatThrottled } from './repeat-throttled.ts';
import { createField, type NewDealField, readWebhooks, register, type Webhook } from './setup.ts';
import { QUIET_AFTER_START_MS } from './slots.ts';
import type { TokenSource } from './token-source.ts';
import { createTransport, type Transport } from './transport.ts';
import { addUserTask, hasUserTask, type UserTask } from './user-tasks.ts';
import {
  addNotes,
  addTasks,
  type ClosedTask,
  closeTasks,
  type DealChange,
  type NewNote,
  type NewTask,
  updateDeals,
} from './writes.ts';

export interface KommoClientOptions {
  /** `https://acme.kommo.com`, without `/api/v4`. */
  baseUrl: string;
  /** Asked before each call, so that the token may change. */
  tokens: TokenSource;
  requestsPerSecond: number;
  /** The limits of this process, which all its clients share. Default: the client has limits of its own. */
  limits?: KommoLimits | undefined;
  /** Replaces the client's own connection pool. Not closed by `close()`. */
  dispatcher?: Dispatcher;
  /** Opens the sockets of the client's own pool; default: as undici does. */
  connect?: Connect | undefined;
  /** The timeout of a whole call, without the wait for the limiter, in ms. Default 20 s, as in Kommo's PHP library. */
  timeoutMs?: number;
  onCall?: (call: CallReport) => void;
  /** Nothing is sent before this monotonic time (`performance.now()`); see `QUIET_AFTER_START_MS`. */
  quietUntilMs?: number;
  /** How long a call waits altogether where Kommo answers 429, in ms. Default 0: it fails at once, and the caller waits. */
  throttledPatienceMs?: number;
  /** Called just before each call is sent. An error that it returns refuses the call. */
  refuse?: (() => Error | null) | undefined;
}

/**
 * Kommo's API v4 for one account. Every method throws `DeliveryError` and nothing else about the call,
 * never with the token in it. Reads and `updateDeals` may be repeated; after `unknown` from `addNotes`,
 * `addTasks` or `createDealField` read back first.
 */
export interface KommoClient {
  account(options?: CallOptions): Promise<Catalog['account']>;
  profile(options?: CallOptions): Promise<AccountProfile>;
  /** Null where there is no such user; only for administrators. */
  userRights(id: number, options?: CallOptions): Promise<UserRights | null>;
  /** The deals that changed last, at most 250, the newest first. */
  recentDeals(limit: number, options?: CallOptions): Promise<Deal[]>;
  catalog(options?: CallOptions): Promise<Catalog>;
  /** Only these lists of the catalog. */
  catalogLists(
    lists: readonly CatalogList[],
    options?: CallOptions,
  ): Promise<Partial<Pick<Catalog, CatalogList>>>;
  users(options?: CallOptions): Promise<User[]>;
  /** Deals with the ids of their contacts. Deleted and unknown deals are absent. */
  deals(ids: readonly number[], options?: CallOptions): Promise<Map<number, Deal>>;
  contacts(ids: readonly number[], options?: CallOptions): Promise<Map<number, Contact>>;
  companies(ids: readonly number[], options?: CallOptions): Promise<Map<number, Company>>;
  /** As `contacts`, with the ids of their deals. */
  contactsWithDeals(ids: readonly number[], options?: CallOptions): Promise<Map<number, Contact>>;
  /** See `readDealsPage`. */
  dealsPage(query: DealsPageQuery, options?: CallOptions): Promise<DealsPage>;
  /** See `readContactsPage`. */
  contactsPage(query: ContactsPageQuery, options?: CallOptions): Promise<ContactsPage>;
  /** Searches for contacts that have exactly this email, with up to four calls. */
  searchContacts(email: string, options?: CallOptions): Promise<ContactSearch>;
  /** From the events log, oldest first. */
  dealMoves(query: EventsQuery, options?: CallOptions): Promise<DealMove[]>;
  dealCreations(query: EventsQuery, options?: CallOptions): Promise<DealCreation[]>;
  recordChanges(query: RecordChangesQuery, options?: CallOptions): Promise<RecordChange[]>;
  /** See `readLogEntries`. */
  logEntries(query: LogEntriesQuery, options?: CallOptions): Promise<LogEntries>;
  webhooks(options?: CallOptions): Promise<Webhook[]>;
  registerWebhook(destination: string, settings: readonly string[], options?: CallOptions): Promise<Webhook>;
  createDealField(field: NewDealField, options?: CallOptions): Promise<FieldDefinition>;
  /** One call for up to 250 items (50 recommended): the new ids by request id. */
  addNotes(items: readonly NewNote[], options?: CallOptions): Promise<Map<string, number>>;
  addTasks(items: readonly NewTask[], options?: CallOptions): Promise<Map<string, number>>;
  closeTasks(items: readonly ClosedTask[], options?: CallOptions): Promise<Map<string, number>>;
  updateDeals(items: readonly DealChange[], options?: CallOptions): Promise<Map<string, number>>;
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
  /** See `user-tasks.ts`. After `unknown`, ask `hasUserTask` first. */
  addUserTask(task: UserTask, options?: CallOptions): Promise<number>;
  hasUserTask(task: { userId: number; text: string; since: number }, options?: CallOptions): Promise<boolean>;
  /** The most calls that the client makes in a second. */
  requestsPerSecond: number;
  /** See `RateLimiter.isQuiet`. */
  isQuiet(): boolean;
  /** See `RateLimiter.whenQuiet`. */
  whenQuiet(ms: number): Promise<void>;
  /** Closes the connections after the calls in the air. */
  close(): Promise<void>;
}

/** The contacts that a search has found. */
export interface ContactSearch {
  /** With their deals' ids. */
  contacts: Contact[];
  /** False: Kommo has more results than were read, so further contacts may have the email. */
  isComplete: boolean;
}

const DEALS: ById<Deal> = { name: 'leads', with: 'contacts', map: dealOf };
const CONTACTS: ById<Contact> = { name: 'contacts', with: null, map: contactOf };
const CONTACTS_WITH_DEALS: ById<Contact> = { name: 'contacts', with: 'leads', map: contactOf };
const COMPANIES: ById<Company> = { name: 'companies', with: null, map: companyOf };

export function createKommoClient(settings: KommoClientOptions): KommoClient {
  const { requestsPerSecond, quietUntilMs = QUIET_AFTER_START_MS } = settings;
  const { connect, refuse } = settings;
  const pool = { connections: 16, keepAliveMaxTimeout: IDLE_SOCKET_MS, ...(connect && { connect }) };
  const ownAgent = settings.dispatcher === undefined ? new Agent(pool) : null;
  const shared = (settings.limits ?? new KommoLimits()).open(settings.baseUrl, requestsPerSecond);
  const { breaker } = shared;
  const limiter = new RateLimiter({ requestsPerSecond, breaker, quietUntilMs, refuse, shared });
  const direct = createTransport({
    baseUrl: settings.baseUrl,
    tokens: settings.tokens,
    limiter,
    breaker,
    dispatcher: settings.dispatcher ?? ownAgent!,
    timeoutMs: settings.timeoutMs ?? 20_000,
    onCall: settings.onCall,
  });
  const withinMs = settings.throttledPatienceMs ?? 0;
  const transport = withinMs > 0 ? repeatThrottled(direct, { withinMs }) : direct;

  return {
    account: (options) => readAccount(transport, options),
    profile: (options) => readProfile(transport, options),
    userRights: (id, options) => readUserRights(transport, id, options),
    recentDeals: (limit, options) => readRecentDeals(transport, limit, options),
    catalog: (options) => readCatalog(transport, options),
    catalogLists: (lists, options) => readCatalogLists(transport, lists, options),
    users: (options) => readUsers(transport, options),
    deals: (ids, options) => readByIds(transport, DEALS, ids, options),
    contacts: (ids, options) => readByIds(transport, CONTACTS, ids, options),
    companies: (ids, options) => readByIds(transport, COMPANIES, ids, options),
    contactsWithDeals: (ids, options) => readByIds(transport, CONTACTS_WITH_DEALS, ids, options),
    dealsPage: (query, options) => readDealsPage(transport, query, options),
    contactsPage: (query, options) => readContactsPage(transport, query, options),
    searchContacts: (email, options) => searchContacts(transport, email, options),
    dealMoves: (query, options) => readMoves(transport, query, options),
    dealCreations: (query, options) => readCreations(transport, query, options),
    recordChanges: (query, options) => readRecordChanges(transport, query, options),
    logEntries: (query, options) => readLogEntries(transport, query, options),
    webhooks: (options) => readWebhooks(transport, options),
    registerWebhook: (destination, settings, options) => register(transport, destination, settings, options),
    createDealField: (field, options) => createField(transport, field, options),
    addNotes: (items, options) => addNotes(transport, items, options),
    addTasks: (items, options) => addTasks(transport, items, options),
    closeTasks: (items, options) => closeTasks(transport, items, options),
    updateDeals: (items, options) => updateDeals(transport, items, options),
    notesOf: (dealIds, since, options) => notesOf(transport, dealIds, since, options),
    tasksOf: (dealIds, since, options) => tasksOf(transport, dealIds, since, options),
    addUserTask: (task, options) => addUserTask(transport, task, options),
    hasUserTask: (task, options) => hasUserTask(transport, task, options),
    requestsPerSecond,
    isQuiet: () => limiter.isQuiet(),
    whenQuiet: (ms) => limiter.whenQuiet(ms),
    async close() {
      await ownAgent?.close();
      shared.release();
    },
  };
}

async function searchContacts(
  transport: Transport,
  email: string,
  options: CallOptions | undefined,
): Promise<ContactSearch> {
  const wanted = addressIn(email);
  // An empty query finds every contact.
  if (wanted === null) return { contacts: [], isComplete: true };
  const { items, isComplete } = await search(transport, CONTACTS_WITH_DEALS, email.trim(), options);
  const contacts = items
    .map(contactOf)
    .filter((contact) => contact !== null)
    .filter((contact) => contact.emails.some((text) => addressesOf(text).includes(wanted)));
  return { contacts, isComplete };
}
