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
  /** A POST of a known destination. Not documented. Default `replace`. */
  hookRepost: 'replace' | 'merge';
  /** As which code a too slow receiver counts: 0 gets 3 attempts, 499 gets 5. Not documented. Default 0. */
  hookTimeoutCountsAs: 0 | 499;
  /** A write that changes nothing still sends an update webhook. Default false. */
  hookOnUnchanged: boolean;
}

export const defaultSwitches: KommoSwitches = {
  tooManyRequestsBody: 'json',
  ownWriteUser: 'robot',
  hookRequestId: 'new',
  notFoundInBatch: 'apply_others',
  singlePatchShape: 'embedded',
  emptyFields: 'null',
  overLimitRead: 'cap',
  ignoreFilters: false,
  eventsPageCap: 100,
  eventsLateMs: 0,
  eventsOrder: 'newest_first',
  refreshRotation: 'grace',
  gatewayTimeoutAbove: null,
  gatewayTimeoutApplies: false,
  noteTextMax: null,
  fieldTextMax: 256,
  digitalPipelineHooks: true,
  digitalPipelineRetries: true,
  accountBlock: 'first',
  coalesceMs: 0,
  contactOldResponsible: 'always',
  hookRepost: 'replace',
  hookTimeoutCountsAs: 0,
  hookOnUnchanged: false,
};
