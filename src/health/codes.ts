import { en } from '../languages/en.ts';
import type { HealthItem, HealthPage, HealthSide, Light } from './health.ts';

/** What a code means, for everybody who shows it. docs/health.md is written from this table. */
export interface Code {
  side: HealthSide;
  /** The lights that an item of this code can have. */
  lights: readonly Exclude<Light, 'ok'>[];
  /** When the item is shown, as a sentence. */
  meaning: string;
  todo: string;
  page: HealthPage;
}

const { meanings, todos } = en.health;

const broken = ['broken'] as const;
const warning = ['warning'] as const;
const unknown = ['unknown'] as const;
const both = ['warning', 'broken'] as const;

const kommo = { side: 'kommo', page: 'connections' } as const;
const customerio = { side: 'customerio', page: 'connections' } as const;
const rules = { side: 'rules', page: 'rules' } as const;
const installation = { side: 'installation', page: 'overview' } as const;

/** Every code of an item. Codes are stable: metrics, alerts and scripts depend on them. */
export const CODES = {
  // Kommo: the token and the API.
  kommo_token_unproven: {
    ...kommo,
    lights: unknown,
    meaning: 'Kommo has not accepted a call with the present token yet.',
    todo: todos.kommo_token_unproven,
  },
  kommo_token_refused: {
    ...kommo,
    lights: broken,
    meaning: meanings.kommo_token_refused,
    todo: todos.kommo_token_refused,
  },
  kommo_token_ends: {
    ...kommo,
    lights: warning,
    meaning: 'The long-lived token of Kommo ends within 14 days.',
    todo: todos.kommo_token_ends,
  },
  kommo_token_ends_soon: {
    ...kommo,
    lights: warning,
    meaning: 'The long-lived token of Kommo ends within 3 days.',
    todo: todos.kommo_token_ends_soon,
  },
  kommo_token_ended: {
    ...kommo,
    lights: broken,
    meaning: 'The long-lived token of Kommo has ended.',
    todo: todos.kommo_token_ended,
  },
  kommo_access_missing: {
    ...kommo,
    lights: broken,
    meaning:
      'The connection signs in to Kommo by OAuth, and nobody has granted access yet. Webhooks are stored.',
    todo: todos.kommo_access_missing,
  },
  kommo_access_withdrawn: {
    ...kommo,
    lights: broken,
    meaning:
      'Access to Kommo was withdrawn, or cannot be renewed any more. Deals cannot be read or written soon; webhooks are stored, and nothing is lost.',
    todo: todos.kommo_access_withdrawn,
  },
  kommo_access_not_renewed: {
    ...kommo,
    lights: warning,
    meaning: 'The access to Kommo has ended, and its renewal fails.',
    todo: todos.kommo_access_not_renewed,
  },
  kommo_access_ends: {
    ...kommo,
    lights: warning,
    meaning: 'The access to Kommo was not renewed for weeks, and ends within 21 days.',
    todo: todos.kommo_access_ends,
  },
  kommo_unpaid: {
    ...kommo,
    lights: broken,
    meaning: meanings.kommo_unpaid,
    todo: todos.kommo_unpaid,
  },
  kommo_rights_missing: {
    ...kommo,
    lights: warning,
    meaning: meanings.kommo_rights_missing,
    todo: todos.kommo_rights_missing,
  },
  kommo_blocked: {
    ...kommo,
    lights: broken,
    meaning: meanings.kommo_blocked,
    todo: todos.kommo_blocked,
  },
  kommo_throttled: {
    ...kommo,
    lights: warning,
    meaning: meanings.kommo_throttled,
    todo: todos.kommo_throttled,
  },
  kommo_unreachable: {
    ...kommo,
    lights: both,
    meaning: meanings.kommo_unreachable,
    todo: todos.kommo_unreachable,
  },
  kommo_failing: {
    ...kommo,
    lights: both,
    meaning: meanings.kommo_failing,
    todo: todos.kommo_failing,
  },
  kommo_wrong_address: {
    ...kommo,
    lights: broken,
    meaning: meanings.kommo_wrong_address,
    todo: todos.kommo_wrong_address,
  },
  // Kommo: the webhook.
  kommo_webhook_unproven: {
    ...kommo,
    lights: unknown,
    meaning: 'No webhook of Kommo has arrived with the present secret and address yet.',
    todo: todos.kommo_webhook_unproven,
  },
  kommo_webhook_missing: {
    ...kommo,
    lights: broken,
    meaning: 'The Kommo account has no webhook that leads to this connection.',
    todo: todos.kommo_webhook_missing,
  },
  kommo_webhook_disabled: {
    ...kommo,
    lights: broken,
    meaning: 'Kommo has switched the webhook off, after too many bad answers.',
    todo: todos.kommo_webhook_disabled,
  },
  kommo_webhook_elsewhere: {
    ...kommo,
    lights: both,
    meaning: 'The webhook in Kommo leads to another address than the public one of this Stagepost.',
    todo: todos.kommo_webhook_elsewhere,
  },
  kommo_webhook_wrong_secret: {
    ...kommo,
    lights: both,
    meaning: 'Webhooks of Kommo are refused: their address has another secret than the configuration.',
    todo: todos.kommo_webhook_wrong_secret,
  },
  kommo_webhook_lacks_events: {
    ...kommo,
    lights: warning,
    meaning: 'The webhook in Kommo does not report all events that Stagepost needs.',
    todo: todos.kommo_webhook_lacks_events,
  },
  kommo_webhook_silent: {
    ...kommo,
    lights: broken,
    meaning: 'Deals have moved in Kommo, and no webhook has arrived. The events log shows the moves.',
    todo: todos.kommo_webhook_silent,
  },
  // Kommo: the events log, where it is read in the place of webhooks.
  kommo_log_unproven: {
    ...kommo,
    lights: unknown,
    meaning: 'Kommo’s events log, which is read in the place of webhooks, has not been read since the start.',
    todo: todos.kommo_log_unproven,
  },
  kommo_log_stalled: {
    ...kommo,
    lights: broken,
    meaning:
      'Kommo’s events log, which is read in the place of webhooks, has not been read for 90 s, or for three readings. Nothing is lost: it is read from where it was left.',
    todo: todos.kommo_log_stalled,
  },
  kommo_log_unread: {
    ...kommo,
    lights: warning,
    meaning:
      'Within a week, after a long outage or with an older backup, a part of Kommo’s events log was too old to be read: it is read 80 days back. The stage changes of that time that no webhook reported are lost.',
    todo: todos.kommo_log_unread,
    page: 'activity',
  },
  webhooks_not_stored: {
    ...installation,
    lights: broken,
    meaning:
      'Webhooks are answered 503, because they cannot be stored. Both senders repeat them for a while.',
    todo: todos.webhooks_not_stored,
  },
  // Customer.io: the Track API.
  track_keys_unproven: {
    ...customerio,
    lights: unknown,
    meaning: 'Customer.io has not accepted a call with the present Site ID and Track API key yet.',
    todo: todos.track_keys_unproven,
  },
  track_keys_refused: {
    ...customerio,
    lights: broken,
    meaning: meanings.track_keys_refused,
    todo: todos.track_keys_refused,
  },
  track_wrong_region: {
    ...customerio,
    lights: broken,
    meaning: 'The Customer.io account is in another region than the configuration says.',
    todo: todos.track_wrong_region,
  },
  track_rights_missing: {
    ...customerio,
    lights: broken,
    meaning: meanings.track_rights_missing,
    todo: todos.track_rights_missing,
  },
  track_wrong_address: {
    ...customerio,
    lights: broken,
    meaning: meanings.track_wrong_address,
    todo: todos.track_wrong_address,
  },
  track_throttled: {
    ...customerio,
    lights: warning,
    meaning: meanings.track_throttled,
    todo: todos.track_throttled,
  },
  track_unreachable: {
    ...customerio,
    lights: both,
    meaning: meanings.track_unreachable,
    todo: todos.track_unreachable,
  },
  track_failing: {
    ...customerio,
    lights: both,
    meaning: meanings.track_failing,
    todo: todos.track_failing,
  },
  // Customer.io: the App API.
  app_key_unproven: {
    ...customerio,
    lights: unknown,
    meaning: 'Customer.io has not accepted a call with the present App API key yet.',
    todo: todos.app_key_unproven,
  },
  app_key_refused: {
    ...customerio,
    lights: broken,
    meaning: meanings.app_key_refused,
    todo: todos.app_key_refused,
  },
  app_failing: {
    ...customerio,
    lights: warning,
    meaning: meanings.app_failing,
    todo: todos.app_failing,
  },
  // Customer.io: the reporting webhook.
  signing_key_unproven: {
    ...customerio,
    lights: unknown,
    meaning:
      'No report of Customer.io has verified with the present signing key yet. A test cannot prove it.',
    todo: todos.signing_key_unproven,
  },
  reports_refused: {
    ...customerio,
    lights: broken,
    meaning:
      'Reports of Customer.io are refused, because their signature does not match. Opens, clicks and unsubscribes do not reach your deals.',
    todo: todos.reports_refused,
  },
  reports_stale: {
    ...customerio,
    lights: broken,
    meaning: meanings.reports_stale,
    todo: todos.reports_stale,
  },
  reports_held_back: {
    ...customerio,
    lights: warning,
    meaning:
      'A report was refused with the former signing key, and Customer.io waits an hour or more before it sends again. Opens, clicks and unsubscribes arrive late.',
    todo: todos.reports_held_back,
  },
  reports_stopped: {
    ...customerio,
    lights: warning,
    meaning: 'Customer.io accepts events, and no report has arrived for hours.',
    todo: todos.reports_stopped,
  },
  reports_lost: {
    ...customerio,
    lights: warning,
    meaning:
      'Within a day, reports that the rules need were found in Customer.io’s activity log only: no webhook brought them. With an App API key they are made up for, up to eight minutes late.',
    todo: todos.reports_lost,
  },
  reporting_webhook_missing: {
    ...customerio,
    lights: broken,
    meaning: 'Customer.io has no reporting webhook that leads to this connection.',
    todo: todos.reporting_webhook_missing,
  },
  reporting_webhook_disabled: {
    ...customerio,
    lights: broken,
    meaning: 'The reporting webhook of Customer.io is disabled.',
    todo: todos.reporting_webhook_disabled,
  },
  reporting_webhook_elsewhere: {
    ...customerio,
    lights: both,
    meaning: 'The reporting webhook leads to another address than the public one of this Stagepost.',
    todo: todos.reporting_webhook_elsewhere,
  },
  reporting_webhook_lacks_events: {
    ...customerio,
    lights: warning,
    meaning: 'The reporting webhook does not send all reports that the rules need, so some rules do nothing.',
    todo: todos.reporting_webhook_lacks_events,
  },
  // Rules, planning and the work of the connection.
  rules_missing: {
    ...rules,
    lights: warning,
    meaning: 'The connection has no rules, so nothing is done.',
    todo: todos.rules_missing,
  },
  rules_without_stages: {
    ...rules,
    lights: warning,
    meaning: 'No rule names a stage, so no deal starts a campaign.',
    todo: todos.rules_without_stages,
  },
  rules_never_match: {
    ...rules,
    lights: warning,
    meaning: 'Many deals have moved within a week, and none has led to an event.',
    todo: todos.rules_never_match,
    page: 'activity',
  },
  rules_name_missing: {
    ...rules,
    lights: broken,
    meaning: meanings.rules_name_missing,
    todo: todos.rules_name_missing,
  },
  rules_field_missing: {
    ...rules,
    lights: warning,
    meaning: meanings.rules_field_missing,
    todo: todos.rules_field_missing,
    page: 'connections',
  },
  rules_not_active: {
    ...rules,
    lights: broken,
    meaning: meanings.rules_not_active,
    todo: todos.rules_not_active,
  },
  rules_unreadable: {
    ...rules,
    lights: broken,
    meaning: meanings.rules_unreadable,
    todo: todos.rules_unreadable,
  },
  connection_waiting: {
    ...rules,
    lights: broken,
    meaning: 'The connection cannot start. Its webhooks are stored.',
    todo: todos.connection_waiting,
    page: 'connections',
  },
  connection_paused: {
    ...rules,
    lights: unknown,
    meaning: 'The connection is paused. Its webhooks are stored, and nothing is planned or sent.',
    todo: todos.connection_paused,
    page: 'connections',
  },
  connection_not_run: {
    ...rules,
    lights: broken,
    meaning: 'No process runs the connection: nobody has judged it for a minute. Its webhooks are stored.',
    todo: todos.connection_not_run,
    page: 'connections',
  },
  planning_waiting: {
    ...rules,
    lights: both,
    meaning: 'Events are not planned, because Kommo or Customer.io cannot be read, or planning fails.',
    todo: todos.planning_waiting,
    page: 'activity',
  },
  events_set_aside: {
    ...rules,
    lights: warning,
    meaning:
      'Within a day, events could not be planned and led to nothing: a text of the rules failed or was too expensive, or planning failed again and again.',
    todo: todos.events_set_aside,
    page: 'activity',
  },
  deals_held: {
    ...rules,
    lights: warning,
    meaning:
      'Very many deals have entered one stage at once, as in an import or a bulk edit, or the database was restored and it is not known whether events were sent. They are held until somebody decides.',
    todo: todos.deals_held,
    page: 'held',
  },
  webhooks_waiting: {
    ...rules,
    lights: warning,
    meaning: 'Stored webhooks have been waiting to be understood for over a minute.',
    todo: todos.webhooks_waiting,
    page: 'activity',
  },
  kommo_delivery_waiting: {
    ...kommo,
    lights: both,
    meaning: 'Notes, tasks and fields have been waiting for Kommo for over a minute.',
    todo: todos.kommo_delivery_waiting,
    page: 'overview',
  },
  customerio_delivery_waiting: {
    ...customerio,
    lights: both,
    meaning: 'People and events have been waiting for Customer.io for over a minute.',
    todo: todos.customerio_delivery_waiting,
    page: 'overview',
  },
  kommo_dead_letters: {
    ...kommo,
    lights: warning,
    meaning: 'Actions for Kommo have failed and will not be retried automatically.',
    todo: todos.kommo_dead_letters,
    page: 'failures',
  },
  customerio_dead_letters: {
    ...customerio,
    lights: warning,
    meaning: 'Actions for Customer.io have failed and will not be retried automatically.',
    todo: todos.customerio_dead_letters,
    page: 'failures',
  },
  // The process, its database and its machine.
  connection_unreadable: {
    ...installation,
    lights: broken,
    meaning: meanings.connection_unreadable,
    todo: todos.connection_unreadable,
    page: 'connections',
  },
  connection_change_unreadable: {
    ...installation,
    lights: warning,
    meaning: meanings.connection_change_unreadable,
    todo: todos.connection_change_unreadable,
    page: 'connections',
  },
  kommo_account_twice: {
    ...installation,
    lights: broken,
    meaning: 'Two connections have the same Kommo account, so every move counts twice.',
    todo: todos.kommo_account_twice,
    page: 'connections',
  },
  customerio_workspace_twice: {
    ...installation,
    lights: warning,
    meaning:
      'Two connections send to the same Customer.io workspace. A client of both is one person there: both write its attributes, both start the campaigns of their events, and an unsubscribe counts for both.',
    todo: todos.customerio_workspace_twice,
    page: 'connections',
  },
  database_unreachable: {
    ...installation,
    lights: broken,
    meaning: 'The database cannot be reached. Webhooks are answered 503 and repeated by their senders.',
    todo: todos.database_unreachable,
  },
  database_slow: {
    ...installation,
    lights: warning,
    meaning: 'The database takes over a second for a small query.',
    todo: todos.database_slow,
  },
  disk_nearly_full: {
    ...installation,
    lights: both,
    meaning: meanings.disk_nearly_full,
    todo: todos.disk_nearly_full,
  },
  disk_fills_up: {
    ...installation,
    lights: both,
    meaning: meanings.disk_fills_up,
    todo: todos.disk_fills_up,
  },
  database_fills_up: {
    ...installation,
    lights: both,
    meaning: meanings.database_fills_up,
    todo: todos.database_fills_up,
  },
  clock_off: {
    ...installation,
    lights: both,
    meaning:
      'The clock of this machine differs from those of Kommo and Customer.io. Signatures are valid for 300 s only.',
    todo: todos.clock_off,
  },
} as const satisfies Record<string, Code>;

export type HealthCode = keyof typeof CODES;

/** An item before the monitor has added since when. */
export type Draft = Omit<HealthItem, 'since'>;

/** @param light the first of the code's lights if it is left out */
export function draft(
  code: HealthCode,
  connection: string | null,
  message: string,
  { light, todo }: { light?: HealthItem['light']; todo?: string } = {},
): Draft {
  const { side, page, lights, todo: usual }: Code = CODES[code];
  return { code, connection, side, light: light ?? lights[0]!, message, todo: todo ?? usual, page };
}
