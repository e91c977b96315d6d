import { Agent, type Dispatcher } from 'undici';
import type { Catalog, Company, Contact, Deal, FieldDefinition, User } from '../../domain/entities.ts';
import { companyOf, contactOf, dealOf } from '../mapping.ts';
import { type ById, readByIds, search } from './by-id.ts';
import type { CallOptions, CallReport } from './call.ts';
import { readAccount, readCatalog, readUsers } from './catalog.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { limiterClock } from './clock.ts';
import {
  type DealCreation,
  type DealMove,
  type EventsQuery,
  readCreations,
  readMoves,
} from './events-log.ts';
import { RateLimiter } from './rate-limiter.ts';
import { type ExistingNote, type ExistingTask, notesOf, tasksOf } from './read-back.ts';
import { createField, type NewDealField, readWebhooks, register, type Webhook } from './setup.ts';
import { QUIET_AFTER_START_MS } from './slots.ts';
import { createTransport } from './transport.ts';
import { addUserTask, hasUserTask, type UserTask } from './user-tasks.ts';
import { addNotes, addTasks, type DealChange, type NewNote, type NewTask, updateDeals } from './writes.ts';

export interface KommoClientOptions {
  /** `https://acme.kommo.com`, without `/api/v4`. */
  baseUrl: string;
  /** Read before each call, so that it may change. */
  token: () => Promise<string> | string;
  requestsPerSecond: number;
  /** Replaces the client's own connection pool. Not closed by `close()`. */
  dispatcher?: Dispatcher;
  /** The timeout of a whole call, without the wait for the limiter, in ms. Default 20 s, as in Kommo's PHP library. */
  timeoutMs?: number;
  onCall?: (call: CallReport) => void;
  /** Nothing is sent before this monotonic time (`performance.now()`); see `QUIET_AFTER_START_MS`. */
  quietUntilMs?: number;
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
  catalog(options?: CallOptions): Promise<Catalog>;
  users(options?: CallOptions): Promise<User[]>;
  /** Deals with the ids of their contacts. Deleted and unknown deals are absent. */
  deals(ids: readonly number[], options?: CallOptions): Promise<Map<number, Deal>>;
  contacts(ids: readonly number[], options?: CallOptions): Promise<Map<number, Contact>>;
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

const DEALS: ById<Deal> = { name: 'leads', with: 'contacts', map: dealOf };
const CONTACTS: ById<Contact> = { name: 'contacts', with: null, map: contactOf };
const CONTACTS_WITH_DEALS = { name: 'contacts', with: 'leads' } as const;
const COMPANIES: ById<Company> = { name: 'companies', with: null, map: companyOf };

export function createKommoClient(settings: KommoClientOptions): KommoClient {
  const { requestsPerSecond, quietUntilMs = QUIET_AFTER_START_MS } = settings;
  const ownAgent = settings.dispatcher === undefined ? new Agent({ connections: 16 }) : null;
  // Half-open at first: a single call is enough to find out whether Kommo answers or has blocked the account.
  const breaker = new CircuitBreaker('half_open', limiterClock);
  const limiter = new RateLimiter({ requestsPerSecond, breaker, quietUntilMs, refuse: settings.refuse });
  const transport = createTransport({
    baseUrl: settings.baseUrl,
    token: settings.token,
    limiter,
    breaker,
    dispatcher: settings.dispatcher ?? ownAgent!,
    timeoutMs: settings.timeoutMs ?? 20_000,
    onCall: settings.onCall,
  });

  return {
    account: (options) => readAccount(transport, options),
    catalog: (options) => readCatalog(transport, options),
    users: (options) => readUsers(transport, options),
    deals: (ids, options) => readByIds(transport, DEALS, ids, options),
    contacts: (ids, options) => readByIds(transport, CONTACTS, ids, options),
    companies: (ids, options) => readByIds(transport, COMPANIES, ids, options),
    async searchContacts(email, options) {
      const wanted = email.trim().toLowerCase();
      // An empty query finds every contact.
      if (wanted === '') return [];
      const found = await search(transport, CONTACTS_WITH_DEALS, email.trim(), options);
      return found
        .map(contactOf)
        .filter((contact) => contact !== null)
        .filter((contact) => contact.emails.some((text) => text.toLowerCase() === wanted));
    },
    dealMoves: (query, options) => readMoves(transport, query, options),
    dealCreations: (query, options) => readCreations(transport, query, options),
    webhooks: (options) => readWebhooks(transport, options),
    registerWebhook: (destination, settings, options) => register(transport, destination, settings, options),
    createDealField: (field, options) => createField(transport, field, options),
    addNotes: (items, options) => addNotes(transport, items, options),
    addTasks: (items, options) => addTasks(transport, items, options),
    updateDeals: (items, options) => updateDeals(transport, items, options),
    notesOf: (dealIds, since, options) => notesOf(transport, dealIds, since, options),
    tasksOf: (dealIds, since, options) => tasksOf(transport, dealIds, since, options),
    addUserTask: (task, options) => addUserTask(transport, task, options),
    hasUserTask: (task, options) => hasUserTask(transport, task, options),
    requestsPerSecond,
    isQuiet: () => limiter.isQuiet(),
    whenQuiet: (ms) => limiter.whenQuiet(ms),
    close: async () => ownAgent?.close(),
  };
}
