import type { Positions } from '../common/switches.ts';

/**
 * Where Kommo's behaviour is not documented, varies between accounts or changed over time.
 * A client must live with every position; tests flip them.
 */
export interface KommoSwitches {
  /** Docs show JSON with `retry_after`; public client code met the gateway's HTML. Default `json`. */
  tooManyRequestsBody: 'json' | 'html';
  /** `modified_user_id` and `created_by` of API writes. Captures show 0 (`robot`). Default `robot`. */
  ownWriteUser: 'robot' | 'token';
  /** `X-Amocrm-Requestid` of a webhook's further attempts. Default `new`. */
  hookRequestId: 'new' | 'stable';
  /** A batch with an id that does not exist: are the others written? Default `apply_others`. */
  notFoundInBatch: 'apply_others' | 'apply_none';
  /** Where a PATCH of one deal or contact puts its answer. Default `embedded`. */
  singlePatchShape: 'embedded' | 'root';
  /** `custom_fields_values` of an entity without values. Default `null`. */
  emptyFields: 'null' | 'array';
  /** A read with `limit` above the cap. Default `cap`; `default` falls back to 50. */
  overLimitRead: 'cap' | 'default';
  /** Accounts without the filter right: every filter is ignored silently. Default false. */
  ignoreFilters: boolean;
  /** Accounts whose search finds everything: `query` is ignored silently (public issue threads). Default false. */
  searchIgnoresQuery: boolean;
  /** Most events a page. amoCRM docs say 100, Kommo docs 250. Default 100. */
  eventsPageCap: number;
  /** Events are written with their time but become visible this many ms later. Default 0. */
  eventsLateMs: number;
  /** Not documented. Default `newest_first`. */
  eventsOrder: 'newest_first' | 'oldest_first';
  /** Kommo's text: an old refresh token lives until its successor is used (`grace`); amoCRM's: one use (`strict`). */
  refreshRotation: 'grace' | 'strict';
  /** Batches above this size are answered 504 HTML. Default null: never. */
  gatewayTimeoutAbove: number | null;
  /** Whether a batch answered 504 is written all the same. Default false. */
  gatewayTimeoutApplies: boolean;
  /** Longest note text. Not documented. Default null: any. */
  noteTextMax: number | null;
  /** Longest text of a custom field. Public client code met 256. */
  fieldTextMax: number;
  /** A deactivated user as the responsible user or maker of something: NotSupportedChoice, or taken. Default `refuse`. */
  inactiveUsers: 'refuse' | 'accept';
  /**
   * What is stored of the text of a note or task. `cut_at_4_bytes`: a shard with three-byte UTF-8 ends the text
   * before the first character that needs four; `reflowed`: white space is collapsed and lines end in CR LF.
   * Default `whole`.
   */
  textStorage: 'whole' | 'cut_at_4_bytes' | 'reflowed';
  /**
   * Whether the plan has webhooks. The API for them belongs to Advanced, Pro and Enterprise (Kommo docs); with which status a
   * cheaper plan refuses is not documented: 402 and 403 are both seen. Default `included`.
   */
  planWebhooks: 'included' | 'payment_required' | 'forbidden';
  /** Digital Pipeline webhooks at all. Default true. */
  digitalPipelineHooks: boolean;
  /** Older docs: Digital Pipeline webhooks are sent once. Default true. */
  digitalPipelineRetries: boolean;
  /** The position of the `account` block in a webhook: first in captures of 2025, last in 2021. Default `first`. */
  accountBlock: 'first' | 'last';
  /** Changes of this many ms go out in one POST with several items. Default 0: one each. */
  coalesceMs: number;
  /** Captures carry an unchanged `old_responsible_user_id` in `contacts[update]`. Default `always`. */
  contactOldResponsible: 'always' | 'changed';
  /** Which webhooks follow when contacts of a deal are linked or unlinked. Not documented. Default `lead`: `leads[update]`. */
  linkHooks: 'lead' | 'lead_and_contact' | 'none';
  /**
   * Which webhooks follow a merge. `delete_and_update`: the one that is gone is deleted, the survivor updated.
   * Not documented. Default `delete_and_update`.
   */
  mergeHooks: 'delete_and_update' | 'update_only' | 'none';
  /**
   * Whether accepting an incoming lead is reported as `leads[add]` or `leads[status]` besides `unsorted[delete]`.
   * Some accounts get the latter only. Default `none`.
   */
  acceptedLeadHooks: 'none' | 'add' | 'status';
  /** Whether an incoming lead is reported as `leads[add]` when it comes. Default false. */
  incomingLeadAddHook: boolean;
  /** Whether calls find the contact of an incoming lead before it is accepted; Kommo's pages do not. Default `hidden`. */
  unsortedContacts: 'hidden' | 'readable';
  /** Seconds by which `last_modified` and `updated_at` of webhooks are ahead of the API's. Default 0. */
  hookClockSkewSec: number;
  /** A POST of a known destination. Not documented. Default `replace`. */
  hookRepost: 'replace' | 'merge';
  /** As which code a too slow receiver counts: 0 gets 3 attempts, 499 gets 5. Not documented. Default 0. */
  hookTimeoutCountsAs: 0 | 499;
  /**
   * A list of tasks by `entity_id` without `entity_type`, which Kommo's docs want together: is it refused with 400, or is the
   * filter ignored? A public client sends it. Default `refuse`.
   */
  taskEntityFilter: 'refuse' | 'ignore';
  /** A write that changes nothing still sends an update webhook. Default false. */
  hookOnUnchanged: boolean;
}

/** The positions of each switch, the default first. Numbers start at the value in `defaultSwitches`. */
export const switchPositions: Positions<KommoSwitches> = {
  tooManyRequestsBody: ['json', 'html'],
  ownWriteUser: ['robot', 'token'],
  hookRequestId: ['new', 'stable'],
  notFoundInBatch: ['apply_others', 'apply_none'],
  singlePatchShape: ['embedded', 'root'],
  emptyFields: ['null', 'array'],
  overLimitRead: ['cap', 'default'],
  ignoreFilters: [false, true],
  searchIgnoresQuery: [false, true],
  eventsPageCap: 'number',
  eventsLateMs: 'number',
  eventsOrder: ['newest_first', 'oldest_first'],
  refreshRotation: ['grace', 'strict'],
  gatewayTimeoutAbove: 'number or none',
  gatewayTimeoutApplies: [false, true],
  noteTextMax: 'number or none',
  fieldTextMax: 'number',
  inactiveUsers: ['refuse', 'accept'],
  textStorage: ['whole', 'cut_at_4_bytes', 'reflowed'],
  planWebhooks: ['included', 'payment_required', 'forbidden'],
  digitalPipelineHooks: [true, false],
  digitalPipelineRetries: [true, false],
  accountBlock: ['first', 'last'],
  coalesceMs: 'number',
  contactOldResponsible: ['always', 'changed'],
  linkHooks: ['lead', 'lead_and_contact', 'none'],
  mergeHooks: ['delete_and_update', 'update_only', 'none'],
  acceptedLeadHooks: ['none', 'add', 'status'],
  incomingLeadAddHook: [false, true],
  unsortedContacts: ['hidden', 'readable'],
  hookClockSkewSec: 'number',
  hookRepost: ['replace', 'merge'],
  hookTimeoutCountsAs: [0, 499],
  taskEntityFilter: ['refuse', 'ignore'],
  hookOnUnchanged: [false, true],
};

export const defaultSwitches: KommoSwitches = {
  tooManyRequestsBody: 'json',
  ownWriteUser: 'robot',
  hookRequestId: 'new',
  notFoundInBatch: 'apply_others',
  singlePatchShape: 'embedded',
  emptyFields: 'null',
  overLimitRead: 'cap',
  ignoreFilters: false,
  searchIgnoresQuery: false,
  eventsPageCap: 100,
  eventsLateMs: 0,
  eventsOrder: 'newest_first',
  refreshRotation: 'grace',
  gatewayTimeoutAbove: null,
  gatewayTimeoutApplies: false,
  noteTextMax: null,
  fieldTextMax: 256,
  inactiveUsers: 'refuse',
  textStorage: 'whole',
  planWebhooks: 'included',
  digitalPipelineHooks: true,
  digitalPipelineRetries: true,
  accountBlock: 'first',
  coalesceMs: 0,
  contactOldResponsible: 'always',
  linkHooks: 'lead',
  mergeHooks: 'delete_and_update',
  acceptedLeadHooks: 'none',
  incomingLeadAddHook: false,
  unsortedContacts: 'hidden',
  hookClockSkewSec: 0,
  hookRepost: 'replace',
  hookTimeoutCountsAs: 0,
  taskEntityFilter: 'refuse',
  hookOnUnchanged: false,
};
