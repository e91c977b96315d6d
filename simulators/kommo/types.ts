import type { FaultPlan, FaultPlanOptions } from '../common/faults.ts';
import type { FieldSeed, PipelineSeed, UserSeed } from './seed-types.ts';
import type { KommoSwitches } from './switches.ts';

/** What the simulated account starts with. Everything has a default. */
export interface KommoSimulatorOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 (the default) takes a free port. */
  port?: number;
  /** The long-lived bearer token. Default `simulated-kommo-token`. */
  token?: string;
  account?: Partial<AccountOptions>;
  /** Default: `Sales` and `Renewals`. */
  pipelines?: PipelineSeed[];
  /** Default: Anna, Boris and Maria. The first administrator (else the first user) owns the token. */
  users?: UserSeed[];
  /** Default: Plan, Segment, email_status on deals; Position, Phone, Email on contacts; Phone, Email, Web on companies. */
  fields?: FieldSeed[];
  /** The default deal field `email_status`. Default `select`. */
  emailStatusField?: 'select' | 'text' | 'none';
  /** Default: 7 a second, and blocked after 20 answers of 429. `false` switches the limit off. */
  rateLimit?: Partial<RateLimitOptions> | false;
  /** Wait before every answer, in ms. Default 0. */
  latencyMs?: number;
  /** Simulated seconds per real second, for the waits between webhook attempts and the window of "disabled". Default 1. */
  timeScale?: number;
  /** How long a webhook's receiver may take, in real ms. Default 2000. */
  hookTimeoutMs?: number;
  /** Webhooks on the wire at one time. Default 32; 1 keeps their order. */
  hooksInFlight?: number;
  oauth?: Partial<OAuthOptions>;
  switches?: Partial<KommoSwitches>;
  faults?: FaultPlanOptions;
  /** How many requests and hook deliveries are remembered. Default 20 000 each. */
  logSize?: number;
  /** Wall clock in ms. Default Date.now. */
  now?: () => number;
}

export interface AccountOptions {
  id: number;
  subdomain: string;
  name: string;
  /** IANA name. Default `Europe/Lisbon`. */
  timezone: string;
  /** Host in `account[_links][self]` of webhooks. Default `{subdomain}.kommo.com`. */
  webHost: string;
}

export interface RateLimitOptions {
  /** Requests in any rolling second. Default 7. */
  perSecond: number;
  /** Answers of 429 within five minutes after which everything is 403. Not documented by Kommo; default 20. */
  blockAfter: number;
}

export interface OAuthOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

/** A deal as a test wants to see it: fields by their names. */
export interface DealView {
  id: number;
  name: string;
  price: number;
  pipelineId: number;
  pipeline: string;
  stageId: number;
  stage: string;
  responsibleUserId: number;
  /** The main contact first. */
  contactIds: number[];
  companyId: number | null;
  tags: string[];
  /** One value as it is, several as a list. Dates are unix seconds. */
  fields: Record<string, unknown>;
  isDeleted: boolean;
  /** Unix seconds, like the two below. */
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
}

export interface ContactView {
  id: number;
  name: string;
  firstName: string;
  lastName: string;
  emails: string[];
  phones: string[];
  companyId: number | null;
  dealIds: number[];
  responsibleUserId: number;
  fields: Record<string, unknown>;
  isDeleted: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface CompanyView {
  id: number;
  name: string;
  fields: Record<string, unknown>;
  isDeleted: boolean;
}

export type EntityKind = 'leads' | 'contacts' | 'companies';

export interface NoteView {
  id: number;
  entityType: EntityKind;
  entityId: number;
  type: string;
  /** `params.text`, or empty. */
  text: string;
  params: Record<string, unknown>;
  createdBy: number;
  createdAt: number;
}

export interface TaskView {
  id: number;
  text: string;
  entityType: EntityKind | null;
  entityId: number | null;
  taskTypeId: number;
  responsibleUserId: number;
  /** Unix seconds. */
  completeTill: number;
  isCompleted: boolean;
  result: string | null;
  createdBy: number;
  createdAt: number;
}

/** One entry of Kommo's events log. */
export interface EventView {
  id: string;
  type: string;
  entityType: 'lead' | 'contact' | 'company' | 'task';
  entityId: number;
  createdBy: number;
  createdAt: number;
  valueAfter: unknown[];
  valueBefore: unknown[];
}

/** Fields by name, code or id. A list sets several values; null clears. */
export type FieldInput = Record<string, unknown>;

/** Who did it in Kommo's web page. Default: the first user. */
export interface ActingUser {
  userId?: number;
}

export interface NewContact extends ActingUser {
  name?: string;
  firstName?: string;
  lastName?: string;
  email?: string | string[];
  phone?: string | string[];
  companyId?: number;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
  /** Fixes the id. */
  id?: number;
}

export interface NewCompany extends ActingUser {
  name: string;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
  id?: number;
}

export interface NewDeal extends ActingUser {
  name?: string;
  price?: number;
  /** Default: the main pipeline. */
  pipelineId?: number;
  /** Default: the first stage that is not "Incoming leads". */
  stageId?: number;
  /** The first is the main contact. */
  contactIds?: number[];
  companyId?: number;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
  id?: number;
}

export interface DealChange extends ActingUser {
  name?: string;
  price?: number;
  pipelineId?: number;
  stageId?: number;
  contactIds?: number[];
  companyId?: number | null;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
}

export interface ContactChange extends ActingUser {
  name?: string;
  firstName?: string;
  lastName?: string;
  email?: string | string[] | null;
  phone?: string | string[] | null;
  companyId?: number | null;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
}

export interface CompanyChange extends ActingUser {
  name?: string;
  responsibleUserId?: number;
  fields?: FieldInput;
  tags?: string[];
}

/** One API call as the simulator saw it. */
export interface RequestLogEntry {
  /** When it arrived, by `performance.now()`. */
  at: number;
  /** When it arrived, in unix ms. */
  date: number;
  method: string;
  path: string;
  /** The query, decoded, without webhook addresses. */
  query: string;
  /** null: the connection was cut or left hanging. */
  status: number | null;
  /** How many items a write carried. */
  items?: number;
}

export interface RequestLog {
  /** Oldest first, at most `logSize`. */
  all(): RequestLogEntry[];
  /** Requests since the start, the forgotten ones too. */
  readonly total: number;
  /** The most requests that arrived in any rolling second, of those remembered; those the limit refused are counted too. */
  maxInRollingSecond(): number;
  clear(): void;
}

/** One attempt to hand over a webhook. */
export interface HookDelivery {
  /** Unix ms of the attempt's start. */
  at: number;
  hookId: number;
  destination: string;
  /** What it is about, e.g. `leads[status]`. */
  keys: string[];
  /** 1 is the first attempt. */
  attempt: number;
  /** The answer; 0: no connection, 0 or 499 (switch): too slow; null: dropped by a fault, never sent. */
  status: number | null;
  /** `X-Amocrm-Requestid`. */
  requestId: string;
  body: string;
  tookMs: number;
  /** Unix ms of the next attempt; null when there is none. */
  nextAt: number | null;
}

export interface HookView {
  id: number;
  destination: string;
  settings: string[];
  disabled: boolean;
}

export type SimulatorEvent =
  | { kind: 'deal_added' | 'deal_updated' | 'deal_deleted' | 'deal_restored'; by: number; deal: DealView }
  | { kind: 'deal_moved'; by: number; deal: DealView; fromStageId: number; fromPipelineId: number }
  | {
      kind: 'contact_added' | 'contact_updated' | 'contact_deleted' | 'contact_restored';
      by: number;
      contact: ContactView;
    }
  | {
      kind: 'company_added' | 'company_updated' | 'company_deleted' | 'company_restored';
      by: number;
      company: CompanyView;
    }
  | { kind: 'note_added'; by: number; note: NoteView }
  | { kind: 'task_added' | 'task_updated'; by: number; task: TaskView }
  | { kind: 'call'; call: RequestLogEntry }
  | { kind: 'hook_sent'; delivery: HookDelivery }
  | { kind: 'hook_lost'; delivery: HookDelivery }
  | { kind: 'hook_disabled'; hook: HookView }
  | { kind: 'blocked' };

export interface KommoSimulator {
  /** Origin, e.g. `http://127.0.0.1:40123`. The API is below `/api/v4`. */
  readonly url: string;
  readonly token: string;
  readonly account: AccountOptions;
  /** May be changed at any time. */
  readonly switches: KommoSwitches;
  readonly faults: FaultPlan;

  createContact(contact: NewContact): ContactView;
  createCompany(company: NewCompany): CompanyView;
  createDeal(deal: NewDeal): DealView;
  /** Moves a deal as a user does in the board. A stage of another pipeline takes the deal there. */
  moveDeal(dealId: number, stageId: number, pipelineId?: number, by?: ActingUser): DealView;
  updateDeal(dealId: number, change: DealChange): DealView;
  updateContact(contactId: number, change: ContactChange): ContactView;
  updateCompany(companyId: number, change: CompanyChange): CompanyView;
  deleteDeal(dealId: number, by?: ActingUser): void;
  restoreDeal(dealId: number, by?: ActingUser): void;
  deleteContact(contactId: number, by?: ActingUser): void;
  restoreContact(contactId: number, by?: ActingUser): void;
  /** Writes a common note as a user. */
  addNote(dealId: number, text: string, by?: ActingUser): NoteView;
  completeTask(taskId: number, result?: string, by?: ActingUser): TaskView;

  deal(id: number): DealView | undefined;
  contact(id: number): ContactView | undefined;
  company(id: number): CompanyView | undefined;
  deals(): DealView[];
  /** Notes of one deal, or of all entities, oldest first. */
  notes(dealId?: number): NoteView[];
  /** Tasks of one deal, or all, oldest first. */
  tasks(dealId?: number): TaskView[];
  /** The events log, oldest first, late ones included. */
  events(): EventView[];
  /** The id of a stage by the names of pipeline and stage. Throws for an unknown name. */
  stageId(pipeline: string, stage: string): number;
  pipelineId(pipeline: string): number;

  /** What an administrator does in the settings: the stage, or the field of deals, is gone. @returns brings it back */
  removeStage(pipeline: string, stage: string): () => void;
  removeDealField(name: string): () => void;

  /** Subscribes an address as an administrator does. `settings` default: everything about deals, contacts, companies and tasks. */
  addHook(hook: { destination: string; settings?: string[] }): HookView;
  /** A Digital Pipeline webhook: fires when a deal enters the stage (or any stage of the pipeline). */
  addDigitalPipelineHook(hook: { destination: string; pipelineId: number; stageId?: number }): number;
  hooks(): HookView[];
  removeHook(destination: string): void;
  /** What an administrator's "Save" does: a disabled webhook works again. */
  enableHook(destination: string): void;
  disableHook(destination: string): void;
  /** Attempts so far, oldest first, at most `logSize`. */
  hookDeliveries(): HookDelivery[];
  /** Webhooks on the wire, waiting for their turn or for a further attempt. */
  hooksPending(): number;

  readonly requests: RequestLog;
  /** `false` switches the limit off. */
  setRateLimit(limit: Partial<RateLimitOptions> | false): void;
  setLatency(ms: number): void;
  /** Blocks the account: 403 with nginx HTML for everything. */
  block(): void;
  /** What Kommo's support does. */
  unblock(): void;
  readonly isBlocked: boolean;

  /** A fresh authorization code, as the browser brings it; 20 minutes, one use. */
  issueCode(): string;
  /** What an administrator's uninstall does: every OAuth token is revoked. The long-lived token stays. */
  revokeOAuth(): void;
  /** The long-lived token is refused with 401 until it is restored. */
  revokeToken(): void;
  restoreToken(): void;

  /** Every event as it happens. Returns a function that stops it. */
  on(listener: (event: SimulatorEvent) => void): () => void;
  /**
   * Resolves with the first true value of `look`, tried now and after every event.
   * Rejects after `timeoutMs` (default 15 000) with what it waited for.
   */
  waitFor<T>(
    look: () => T,
    options?: { timeoutMs?: number; what?: string },
  ): Promise<Exclude<T, false | null | undefined | 0 | ''>>;
  /** Stops listening, cuts connections, forgets pending webhooks. */
  close(): Promise<void>;
}
