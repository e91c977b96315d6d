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

const KOMMO_KEYS = 'Kommo > Settings > Integrations > your private integration > Keys and scopes';
const ENTER_TOKEN =
  'enter it on the page Connections at "Change the keys"; for a connection of stagepost.yaml set kommo.token to it and restart';
const AUTHORIZE =
  'Press "Authorize again" on the page Connections, and allow access in Kommo as an administrator.';
const KOMMO_HOOKS = 'Kommo > Settings > Integrations > Web hooks';
const CUSTOMERIO_KEYS = 'Customer.io > Settings > Account Settings > API Credentials';
const CUSTOMERIO_HOOKS = 'Customer.io > Integrations > Reporting Webhooks';
const RETRIES = 'Nothing is lost: Stagepost tries again by itself.';

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
    todo: 'Wait for the first call, which takes less than a minute.',
  },
  kommo_token_refused: {
    ...kommo,
    lights: broken,
    meaning: 'Kommo refuses the token (401). Deals cannot be read or written; webhooks are stored.',
    todo: `Create a long-lived token in ${KOMMO_KEYS}, and ${ENTER_TOKEN}.`,
  },
  kommo_token_ends: {
    ...kommo,
    lights: warning,
    meaning: 'The long-lived token of Kommo ends within 14 days.',
    todo: `Create a new token in ${KOMMO_KEYS}, and ${ENTER_TOKEN}.`,
  },
  kommo_token_ends_soon: {
    ...kommo,
    lights: warning,
    meaning: 'The long-lived token of Kommo ends within 3 days.',
    todo: `Create a new token in ${KOMMO_KEYS} now, and ${ENTER_TOKEN}.`,
  },
  kommo_token_ended: {
    ...kommo,
    lights: broken,
    meaning: 'The long-lived token of Kommo has ended.',
    todo: `Create a new token in ${KOMMO_KEYS}, and ${ENTER_TOKEN}.`,
  },
  kommo_access_missing: {
    ...kommo,
    lights: broken,
    meaning:
      'The connection signs in to Kommo by OAuth, and nobody has granted access yet. Webhooks are stored.',
    todo: AUTHORIZE,
  },
  kommo_access_withdrawn: {
    ...kommo,
    lights: broken,
    meaning:
      'Access to Kommo was withdrawn, or cannot be renewed any more. Deals cannot be read or written soon; webhooks are stored, and nothing is lost.',
    todo: AUTHORIZE,
  },
  kommo_access_not_renewed: {
    ...kommo,
    lights: warning,
    meaning: 'The access to Kommo has ended, and its renewal fails.',
    todo: RETRIES,
  },
  kommo_access_ends: {
    ...kommo,
    lights: warning,
    meaning: 'The access to Kommo was not renewed for weeks, and ends within 21 days.',
    todo: AUTHORIZE,
  },
  kommo_unpaid: {
    ...kommo,
    lights: broken,
    meaning: 'Kommo answers that the account must be paid for (402).',
    todo: 'Pay for the account in Kommo > Settings > Billing.',
  },
  kommo_rights_missing: {
    ...kommo,
    lights: warning,
    meaning: 'The token has no right for a call that Stagepost makes (403).',
    todo: 'Create the token as an administrator of the account: a token has the rights of its user.',
  },
  kommo_blocked: {
    ...kommo,
    lights: broken,
    meaning: 'Kommo has blocked the account or this IP address (403 page).',
    todo: 'Stop other programs that call this account too often, and ask Kommo support to lift the block.',
  },
  kommo_throttled: {
    ...kommo,
    lights: warning,
    meaning: 'Kommo asks to slow down (429), so nothing is sent for a while.',
    todo: `${RETRIES} If it lasts, look for other programs that use up the 7 calls a second of this account.`,
  },
  kommo_unreachable: {
    ...kommo,
    lights: both,
    meaning: 'Kommo gives no answer: the name is not found, the connection is refused, or it times out.',
    todo: `Check kommo.url, the network, DNS and firewall of this machine. ${RETRIES}`,
  },
  kommo_failing: {
    ...kommo,
    lights: both,
    meaning: 'Kommo answers with errors (5xx), or something else answers in its place.',
    todo: `${RETRIES} If it lasts, check kommo.url and any proxy, or ask Kommo support.`,
  },
  kommo_wrong_address: {
    ...kommo,
    lights: broken,
    meaning: 'No Kommo account answers at the configured address.',
    todo: 'Correct kommo.url in stagepost.yaml, and restart.',
  },
  // Kommo: the webhook.
  kommo_webhook_unproven: {
    ...kommo,
    lights: unknown,
    meaning: 'No webhook of Kommo has arrived with the present secret and address yet.',
    todo: 'Move a deal to another stage in Kommo. The webhook arrives within seconds.',
  },
  kommo_webhook_missing: {
    ...kommo,
    lights: broken,
    meaning: 'The Kommo account has no webhook that leads to this connection.',
    todo: `Register it on the page Connections, or by hand in ${KOMMO_HOOKS}.`,
  },
  kommo_webhook_disabled: {
    ...kommo,
    lights: broken,
    meaning: 'Kommo has switched the webhook off, after too many bad answers.',
    todo: `Make sure that Stagepost can be reached; then open the webhook in ${KOMMO_HOOKS} and save it again.`,
  },
  kommo_webhook_elsewhere: {
    ...kommo,
    lights: both,
    meaning: 'The webhook in Kommo leads to another address than the public one of this Stagepost.',
    todo: `Change its address in ${KOMMO_HOOKS}, or correct --public-url.`,
  },
  kommo_webhook_wrong_secret: {
    ...kommo,
    lights: both,
    meaning: 'Webhooks of Kommo are refused: their address has another secret than the configuration.',
    todo: `Register the webhook again on the page Connections, or set kommo.webhook_secret to the last part of its address in ${KOMMO_HOOKS}.`,
  },
  kommo_webhook_lacks_events: {
    ...kommo,
    lights: warning,
    meaning: 'The webhook in Kommo does not report all events that Stagepost needs.',
    todo: `Fix it on the page Connections, or tick the events in ${KOMMO_HOOKS}.`,
  },
  kommo_webhook_silent: {
    ...kommo,
    lights: broken,
    meaning: 'Deals have moved in Kommo, and no webhook has arrived. The events log shows the moves.',
    todo: `Test the webhook on the page Connections. Check its address in ${KOMMO_HOOKS}, the proxy and the firewall. The moves are read from the events log meanwhile, up to five minutes late.`,
  },
  // Kommo: the events log, where it is read in the place of webhooks.
  kommo_log_unproven: {
    ...kommo,
    lights: unknown,
    meaning: 'Kommo’s events log, which is read in the place of webhooks, has not been read since the start.',
    todo: 'Wait for the first reading, which takes less than a minute.',
  },
  kommo_log_stalled: {
    ...kommo,
    lights: broken,
    meaning:
      'Kommo’s events log, which is read in the place of webhooks, has not been read for 90 s, or for three readings. Nothing is lost: it is read from where it was left.',
    todo: 'Check on the page Connections whether the token may read events: it needs the rights of an administrator. The log of Stagepost has the error.',
  },
  kommo_log_unread: {
    ...kommo,
    lights: warning,
    meaning:
      'Within a week, after a long outage or with an older backup, a part of Kommo’s events log was too old to be read: it is read 80 days back. The stage changes of that time that no webhook reported are lost.',
    todo: 'Look in Kommo for deals that entered a stage in that time, and start their campaigns by hand where that still makes sense. Nothing else is wrong.',
    page: 'activity',
  },
  webhooks_not_stored: {
    ...installation,
    lights: broken,
    meaning:
      'Webhooks are answered 503, because they cannot be stored. Both senders repeat them for a while.',
    todo: 'Check the database: is it reachable, and is its disk full?',
  },
  // Customer.io: the Track API.
  track_keys_unproven: {
    ...customerio,
    lights: unknown,
    meaning: 'Customer.io has not accepted a call with the present Site ID and Track API key yet.',
    todo: 'Wait for the first call, which takes less than a minute.',
  },
  track_keys_refused: {
    ...customerio,
    lights: broken,
    meaning: 'Customer.io refuses the Site ID and Track API key (401). No event is sent.',
    todo: `Copy both from ${CUSTOMERIO_KEYS} > Tracking API Keys, and restart.`,
  },
  track_wrong_region: {
    ...customerio,
    lights: broken,
    meaning: 'The Customer.io account is in another region than the configuration says.',
    todo: 'Correct customerio.region in stagepost.yaml, and restart.',
  },
  track_rights_missing: {
    ...customerio,
    lights: broken,
    meaning: 'Customer.io refuses the account or the rights of the Track key (402, 403, 451).',
    todo: 'Check the account and its plan in Customer.io.',
  },
  track_wrong_address: {
    ...customerio,
    lights: broken,
    meaning: 'The Track API is not at the configured address, or it redirects to a foreign one.',
    todo: 'Correct customerio.region and customerio.track_url in stagepost.yaml, and restart.',
  },
  track_throttled: {
    ...customerio,
    lights: warning,
    meaning: 'The Track API asks to slow down (429).',
    todo: RETRIES,
  },
  track_unreachable: {
    ...customerio,
    lights: both,
    meaning: 'The Track API of Customer.io gives no answer.',
    todo: `Check the network, DNS and firewall of this machine. ${RETRIES}`,
  },
  track_failing: {
    ...customerio,
    lights: both,
    meaning: 'The Track API of Customer.io answers with errors, or something else answers in its place.',
    todo: `${RETRIES} If it lasts, check any proxy on the way, or ask Customer.io support.`,
  },
  // Customer.io: the App API.
  app_key_unproven: {
    ...customerio,
    lights: unknown,
    meaning: 'Customer.io has not accepted a call with the present App API key yet.',
    todo: 'Wait for the first call, which takes less than a minute.',
  },
  app_key_refused: {
    ...customerio,
    lights: broken,
    meaning: 'Customer.io refuses the App API key (401). People cannot be looked up.',
    todo: `Create a key in ${CUSTOMERIO_KEYS} > App API Keys, set customerio.app_key to it, and restart.`,
  },
  app_failing: {
    ...customerio,
    lights: warning,
    meaning: 'The App API of Customer.io gives no answer, or answers with errors.',
    todo: `${RETRIES} Check customerio.app_url, the network and any proxy.`,
  },
  // Customer.io: the reporting webhook.
  signing_key_unproven: {
    ...customerio,
    lights: unknown,
    meaning:
      'No report of Customer.io has verified with the present signing key yet. A test cannot prove it.',
    todo: 'Send yourself an email from a campaign and open it. The key is proven by the first report that verifies.',
  },
  reports_refused: {
    ...customerio,
    lights: broken,
    meaning:
      'Reports of Customer.io are refused, because their signature does not match. Opens, clicks and unsubscribes do not reach your deals.',
    todo: `Copy the signing key from the page of the reporting webhook in ${CUSTOMERIO_HOOKS}, set customerio.signing_key to it, and restart. After a refused report Customer.io waits up to an hour or more before it sends again.`,
  },
  reports_stale: {
    ...customerio,
    lights: broken,
    meaning: 'Reports of Customer.io are refused, because their time is more than 300 s away from our clock.',
    todo: 'Correct the clock of this machine: switch NTP on.',
  },
  reports_held_back: {
    ...customerio,
    lights: warning,
    meaning:
      'A report was refused with the former signing key, and Customer.io waits an hour or more before it sends again. Opens, clicks and unsubscribes arrive late.',
    todo: 'Wait for the next report. Customer.io sends the held-back ones then, and nothing is lost.',
  },
  reports_stopped: {
    ...customerio,
    lights: warning,
    meaning: 'Customer.io accepts events, and no report has arrived for hours.',
    todo: `Check that a campaign sends emails, and the address of the reporting webhook in ${CUSTOMERIO_HOOKS}.`,
  },
  reports_lost: {
    ...customerio,
    lights: warning,
    meaning:
      'Within a day, reports that the rules need were found in Customer.io’s activity log only: no webhook brought them. With an App API key they are made up for, up to eight minutes late.',
    todo: `Check the address and the events of the reporting webhook in ${CUSTOMERIO_HOOKS}, the proxy and the firewall. Opens and clicks from the log count as a machine’s until their webhook arrives.`,
  },
  reporting_webhook_missing: {
    ...customerio,
    lights: broken,
    meaning: 'Customer.io has no reporting webhook that leads to this connection.',
    todo: `Add one in ${CUSTOMERIO_HOOKS}; the page Connections shows its address and events.`,
  },
  reporting_webhook_disabled: {
    ...customerio,
    lights: broken,
    meaning: 'The reporting webhook of Customer.io is disabled.',
    todo: `Enable it in ${CUSTOMERIO_HOOKS}.`,
  },
  reporting_webhook_elsewhere: {
    ...customerio,
    lights: both,
    meaning: 'The reporting webhook leads to another address than the public one of this Stagepost.',
    todo: `Change its address in ${CUSTOMERIO_HOOKS}, or correct --public-url.`,
  },
  reporting_webhook_lacks_events: {
    ...customerio,
    lights: warning,
    meaning: 'The reporting webhook does not send all reports that the rules need, so some rules do nothing.',
    todo: `Tick them in ${CUSTOMERIO_HOOKS}.`,
  },
  // Rules, planning and the work of the connection.
  rules_missing: {
    ...rules,
    lights: warning,
    meaning: 'The connection has no rules, so nothing is done.',
    todo: 'Publish rules on the page Rules.',
  },
  rules_without_stages: {
    ...rules,
    lights: warning,
    meaning: 'No rule names a stage, so no deal starts a campaign.',
    todo: 'Add a rule for a stage on the page Rules.',
  },
  rules_never_match: {
    ...rules,
    lights: warning,
    meaning: 'Many deals have moved within a week, and none has led to an event.',
    todo: 'Compare the stages of the rules with those that deals enter; the page Activity shows the reasons.',
    page: 'activity',
  },
  rules_name_missing: {
    ...rules,
    lights: broken,
    meaning: 'The rules name a pipeline, a stage or a field that Kommo no longer has.',
    todo: 'Correct the name in the rules, or create it in Kommo again.',
  },
  rules_field_missing: {
    ...rules,
    lights: warning,
    meaning:
      'A reaction sets a deal field that Kommo does not have, or a value that the field does not accept.',
    todo: 'Fix it on the page Connections, which creates the field.',
    page: 'connections',
  },
  rules_not_active: {
    ...rules,
    lights: broken,
    meaning: 'The newest published rules cannot be used, so an older version is active.',
    todo: 'Correct the rules and publish them again, or restore the older version.',
  },
  rules_unreadable: {
    ...rules,
    lights: broken,
    meaning: 'The stored rules cannot be read.',
    todo: 'Publish rules that are valid, or restore an older version.',
  },
  connection_waiting: {
    ...rules,
    lights: broken,
    meaning: 'The connection cannot start. Its webhooks are stored.',
    todo: 'Correct what the reason names. Stagepost tries again every 10 to 30 s.',
    page: 'connections',
  },
  connection_paused: {
    ...rules,
    lights: unknown,
    meaning: 'The connection is paused. Its webhooks are stored, and nothing is planned or sent.',
    todo: 'Resume it on the page Connections. It goes on where it stopped.',
    page: 'connections',
  },
  connection_not_run: {
    ...rules,
    lights: broken,
    meaning: 'No process runs the connection: nobody has judged it for a minute. Its webhooks are stored.',
    todo: 'Start a process with this connection, and look into the log of the others.',
    page: 'connections',
  },
  planning_waiting: {
    ...rules,
    lights: both,
    meaning: 'Events are not planned, because Kommo or Customer.io cannot be read, or planning fails.',
    todo: `${RETRIES} The reason says what to correct.`,
    page: 'activity',
  },
  events_set_aside: {
    ...rules,
    lights: warning,
    meaning:
      'Within a day, events could not be planned and led to nothing: a text of the rules failed or was too expensive, or planning failed again and again.',
    todo: 'The page Activity shows the reason of each. Correct the texts of the rules and publish them.',
    page: 'activity',
  },
  deals_held: {
    ...rules,
    lights: warning,
    meaning:
      'Very many deals have entered one stage at once, as in an import or a bulk edit, or the database was restored and it is not known whether events were sent. They are held until somebody decides.',
    todo: 'Decide on the page Held deals whether they are sent, or begin with stagepost held list.',
    page: 'held',
  },
  webhooks_waiting: {
    ...rules,
    lights: warning,
    meaning: 'Stored webhooks have been waiting to be understood for over a minute.',
    todo: 'It is overloaded, or the connection does not run. The page Activity shows what waits.',
    page: 'activity',
  },
  kommo_delivery_waiting: {
    ...kommo,
    lights: both,
    meaning: 'Notes, tasks and fields have been waiting for Kommo for over a minute.',
    todo: `${RETRIES} The reason says what to correct.`,
    page: 'overview',
  },
  customerio_delivery_waiting: {
    ...customerio,
    lights: both,
    meaning: 'People and events have been waiting for Customer.io for over a minute.',
    todo: `${RETRIES} The reason says what to correct.`,
    page: 'overview',
  },
  kommo_dead_letters: {
    ...kommo,
    lights: warning,
    meaning: 'Actions for Kommo have failed and will not be retried automatically.',
    todo: 'Fix the cause, then retry or dismiss them on the page Problems.',
    page: 'failures',
  },
  customerio_dead_letters: {
    ...customerio,
    lights: warning,
    meaning: 'Actions for Customer.io have failed and will not be retried automatically.',
    todo: 'Fix the cause, then retry or dismiss them on the page Problems.',
    page: 'failures',
  },
  // The process, its database and its machine.
  connection_unreadable: {
    ...installation,
    lights: broken,
    meaning:
      'This process cannot read a connection of the database: the key of its secrets is missing, or they are not valid. Its webhooks are answered 503 and repeated by their senders.',
    todo: 'Do what the page Connections says about it.',
    page: 'connections',
  },
  connection_change_unreadable: {
    ...installation,
    lights: warning,
    meaning:
      'This process cannot read the last change of a connection of the database, and runs it by its settings from before.',
    todo: 'Do what the page Connections says about it.',
    page: 'connections',
  },
  kommo_account_twice: {
    ...installation,
    lights: broken,
    meaning: 'Two connections have the same Kommo account, so every move counts twice.',
    todo: 'Remove one of them, or correct its address and token.',
    page: 'connections',
  },
  customerio_workspace_twice: {
    ...installation,
    lights: warning,
    meaning:
      'Two connections send to the same Customer.io workspace. A client of both is one person there: both write its attributes, both start the campaigns of their events, and an unsubscribe counts for both.',
    todo: 'If that is not meant, give one of them the keys of another workspace.',
    page: 'connections',
  },
  database_unreachable: {
    ...installation,
    lights: broken,
    meaning: 'The database cannot be reached. Webhooks are answered 503 and repeated by their senders.',
    todo: 'Start the database, and check DATABASE_URL, the network and the disk.',
  },
  database_slow: {
    ...installation,
    lights: warning,
    meaning: 'The database takes over a second for a small query.',
    todo: 'Look at the load of the database and of the disk.',
  },
  disk_nearly_full: {
    ...installation,
    lights: both,
    meaning: 'The disk of the data folder is nearly full.',
    todo: 'Free some space, or shorten retention.',
  },
  disk_fills_up: {
    ...installation,
    lights: both,
    meaning: 'The disk of the data folder is full within 30 days, at the rate of the last week.',
    todo: 'Make the disk larger, shorten retention, or find out what else grows on it.',
  },
  database_fills_up: {
    ...installation,
    lights: both,
    meaning:
      'The database is nearly as large as `database_size_limit` allows, or will be within 30 days, at the rate of the last week.',
    todo: 'Give the server more disk and raise the limit, or shorten retention.',
  },
  clock_off: {
    ...installation,
    lights: both,
    meaning:
      'The clock of this machine differs from those of Kommo and Customer.io. Signatures are valid for 300 s only.',
    todo: 'Correct the clock: switch NTP on.',
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
