import type { FaultPlan } from '../common/faults.ts';
import type {
  ActingUser,
  CompanyChange,
  ContactChange,
  DealChange,
  NewCatalogElement,
  NewCompany,
  NewContact,
  NewDeal,
  NewIncomingLead,
  WindowAnswer,
} from './input-types.ts';
import type { HookDelivery, HookView, RequestLog, SimulatorEvent } from './log-types.ts';
import type {
  AccountContents,
  AccountOptions,
  AccountTrouble,
  OAuthOptions,
  RateLimitOptions,
} from './option-types.ts';
import type { KommoSwitches } from './switches.ts';
import type {
  CatalogElementView,
  CatalogView,
  CompanyView,
  ContactView,
  DealView,
  EntityKind,
  EventView,
  IncomingLeadView,
  LinkedElementView,
  NoteView,
  PipelineView,
  TaskView,
} from './view-types.ts';

export type * from './input-types.ts';
export type * from './log-types.ts';
export type * from './option-types.ts';
export type * from './view-types.ts';

export interface KommoSimulator {
  /** Origin, e.g. `http://127.0.0.1:40123`. The API is below `/api/v4`. */
  readonly url: string;
  readonly token: string;
  readonly account: AccountOptions;
  /** What an integration needs for OAuth. */
  readonly oauth: OAuthOptions;
  /** May be changed at any time. */
  readonly switches: KommoSwitches;
  readonly faults: FaultPlan;

  /** Takes over recorded contents of an account, over what is there; reports nothing. */
  load(contents: AccountContents): void;
  createContact(contact: NewContact): ContactView;
  createCompany(company: NewCompany): CompanyView;
  createDeal(deal: NewDeal): DealView;
  /** Adds an element to a list, such as a product. */
  createCatalogElement(catalogId: number, element: NewCatalogElement): CatalogElementView;
  /** Moves a deal as a user does in the board. A stage of another pipeline takes the deal there. */
  moveDeal(dealId: number, stageId: number, pipelineId?: number, by?: ActingUser): DealView;
  updateDeal(dealId: number, change: DealChange): DealView;
  updateContact(contactId: number, change: ContactChange): ContactView;
  updateCompany(companyId: number, change: CompanyChange): CompanyView;
  deleteDeal(dealId: number, by?: ActingUser): void;
  restoreDeal(dealId: number, by?: ActingUser): void;
  /** Links a contact to a deal, as its main contact or as one more. */
  linkContact(dealId: number, contactId: number, options?: { isMain?: boolean } & ActingUser): DealView;
  unlinkContact(dealId: number, contactId: number, by?: ActingUser): DealView;
  /** Merges two contacts: the survivor gets what it lacks, every address and every deal; the other is gone for good. */
  mergeContacts(survivorId: number, goneId: number, by?: ActingUser): ContactView;
  mergeDeals(survivorId: number, goneId: number, by?: ActingUser): DealView;
  /** A form, call, mail or chat that waits in "Incoming leads" for somebody to accept it. */
  addIncomingLead(lead?: NewIncomingLead): IncomingLeadView;
  /** Puts the deal into the stage, default the first after "Incoming leads". */
  acceptIncomingLead(uid: string, options?: { stageId?: number } & ActingUser): DealView;
  /** The deal goes to the bin. */
  declineIncomingLead(uid: string, by?: ActingUser): void;
  deleteContact(contactId: number, by?: ActingUser): void;
  restoreContact(contactId: number, by?: ActingUser): void;
  /** Takes away, or gives back, the right of the token's user to see a contact: it is 204 and in no list. */
  hideContact(contactId: number): void;
  showContact(contactId: number): void;
  /** A colleague who left: shown with `is_active: false`, and refused as a responsible user (switch). */
  deactivateUser(userId: number): void;
  activateUser(userId: number): void;
  /** Writes a common note as a user. */
  addNote(dealId: number, text: string, by?: ActingUser): NoteView;
  completeTask(taskId: number, result?: string, by?: ActingUser): TaskView;

  deal(id: number): DealView | undefined;
  contact(id: number): ContactView | undefined;
  company(id: number): CompanyView | undefined;
  deals(): DealView[];
  /** Those that nobody has accepted or declined yet. */
  incomingLeads(): IncomingLeadView[];
  contacts(): ContactView[];
  /** The lists of the account. */
  catalogs(): CatalogView[];
  catalogElements(catalogId: number): CatalogElementView[];
  /** The elements of all lists that are linked to a deal. */
  dealElements(dealId: number): LinkedElementView[];
  /** The fields of a card as its user reads them: every value as text, dates by the account's zone. */
  card(kind: EntityKind, id: number): Record<string, string>;
  /** Notes of one deal, or of all entities, oldest first. */
  notes(dealId?: number): NoteView[];
  /** Tasks of one deal, or all, oldest first. */
  tasks(dealId?: number): TaskView[];
  /** The events log, oldest first, late ones included. */
  events(): EventView[];
  pipelines(): PipelineView[];
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

  /**
   * Puts the whole account into trouble, or ends it with null. Calls of `/api/v4` are answered with it and do
   * nothing; those whose path `except` matches still work.
   */
  setTrouble(trouble: AccountTrouble | null, options?: { except?: RegExp }): void;

  /** A fresh authorization code, as the browser brings it; 20 minutes, one use. Default: of `oauth`, and of its administrator. */
  issueCode(clientId?: string, userId?: number): string;
  /**
   * What an administrator's uninstall does: every OAuth token is revoked; or those of one user, who has withdrawn access. The
   * long-lived token stays.
   */
  revokeOAuth(userId?: number): void;
  /** A new secret of an integration, which ends its tokens. @returns the secret */
  renewSecret(clientId?: string): string;
  /**
   * What a person does in Kommo's window, without a browser.
   * @param address of the window: `/oauth?client_id=…`, or the button's with `secrets_uri`
   * @returns where the browser goes next; null where the window shows an error
   */
  answerWindow(address: string, answer: WindowAnswer): Promise<string | null>;
  /** Kommo calls the redirect URL with a code, as after an installation. @returns the status; null: no answer within 3 s */
  install(clientId?: string): Promise<number | null>;
  /** Kommo calls this address, signed, as when access was withdrawn. @returns as `install` */
  reportDisconnection(address: string, clientId?: string): Promise<number | null>;
  /** The account answers only at this host (with port) from now on, such as `localhost:PORT`; others say 404. */
  rename(host: string): void;
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
