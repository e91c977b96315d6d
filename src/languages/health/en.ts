/*
 * The sentences about what works and what is wrong, in English; `es.ts` and `pt.ts` have the same keys. Items of health are stored
 * in English, and translated where they are read.
 */

export const health = {
  /** What is wrong. All parameters are texts, so that the parts of a stored sentence can be found again. */
  messages: {
    kommoTokenUnproven: 'Kommo has not accepted the token yet.',
    kommoTokenEnded: (day: string) => `The token of Kommo ended on ${day}.`,
    kommoTokenEndsTomorrow: (day: string) => `The token of Kommo ends in 1 day, on ${day}.`,
    kommoTokenEnds: (days: string, day: string) => `The token of Kommo ends in ${days} days, on ${day}.`,
    kommoAccessMissing: 'Nobody has granted access to Kommo yet.',
    kommoAccessWithdrawn: 'Kommo no longer renews the access.',
    kommoAccessWithdrawnBy: (trouble: string) => `Kommo no longer renews the access. ${trouble}`,
    kommoAccessNotRenewed: (trouble: string) => `The access to Kommo is not renewed. ${trouble}`,
    kommoAccessEndsTomorrow: (day: string) =>
      `The access to Kommo was not renewed for weeks, and ends in 1 day, on ${day}.`,
    kommoAccessEnds: (days: string, day: string) =>
      `The access to Kommo was not renewed for weeks, and ends in ${days} days, on ${day}.`,
    kommoLogStalled: (minutes: string) =>
      `Kommo’s events log has not been read for ${minutes} min. Stage changes are not noticed.`,
    kommoLogUnproven: 'Kommo’s events log has not been read yet.',
    kommoLogUnread: (since: string, until: string) =>
      `Stage changes from ${since} to ${until} are too old to be read from Kommo: those that no webhook reported are lost.`,
    kommoWebhookUnproven: 'No webhook of Kommo has arrived yet.',
    kommoWebhookMissing: 'Kommo has no webhook that leads to this connection.',
    kommoWebhookDisabled: (address: string) => `Kommo has switched off the webhook to ${address}.`,
    kommoWebhookElsewhere: (address: string, wanted: string) =>
      `The webhook of Kommo leads to ${address}, not to ${wanted}.`,
    kommoWebhookOtherSecret: (address: string) =>
      `The webhook of Kommo to ${address} has another secret than kommo.webhook_secret.`,
    kommoWebhookRefused: 'A webhook came with a wrong secret and was refused.',
    kommoWebhooksRefused: (count: string) => `${count} webhooks came with a wrong secret and were refused.`,
    kommoWebhookLacksEvents: (events: string) => `The webhook of Kommo does not report ${events}.`,
    kommoWebhookSilent: (minutes: string) =>
      `A deal moved in Kommo ${minutes} min ago, and no webhook has arrived since.`,
    trackUnproven: 'Customer.io has not accepted the Track keys yet.',
    trackWrongRegion: (actual: string, configured: string) =>
      `The Customer.io account is in the ${actual}, and customerio.region says ${configured}.`,
    appUnproven: 'Customer.io has not accepted the App API key yet.',
    signingKeyUnproven: 'No report of Customer.io has verified with the signing key yet.',
    signingKeyChanged: (time: string) =>
      `The signing key has been changed. The last report was refused at ${time} UTC, and Customer.io sends nothing for an hour or more after a refusal.`,
    reportRefused: (time: string) =>
      `Customer.io’s reports are refused, because their signature does not match (1 report, the last one ${time} UTC).`,
    reportsRefused: (count: string, time: string) =>
      `Customer.io’s reports are refused, because their signature does not match (${count} reports, the last one ${time} UTC).`,
    reportsHeldBack: (time: string) =>
      `The last report was refused at ${time} UTC with the former signing key, and Customer.io sends nothing for an hour or more after a refusal.`,
    reportsStopped: (events: string, time: string) =>
      `Customer.io has accepted ${events} events since its last report on ${time} UTC.`,
    reportLost: (names: string) =>
      `Within a day, 1 report was found in Customer.io’s activity log that no webhook brought (${names}).`,
    reportsLost: (count: string, names: string) =>
      `Within a day, ${count} reports were found in Customer.io’s activity log that no webhook brought (${names}).`,
    reportingMissing:
      'Customer.io has no reporting webhook for this connection, so opens, clicks and unsubscribes are not shown in Kommo.',
    reportingDisabled: (name: string) => `The reporting webhook "${name}" is disabled.`,
    reportingElsewhere: (address: string, wanted: string) =>
      `The reporting webhook leads to ${address}, not to ${wanted}.`,
    reportingLacksEvents: (names: string) =>
      `The reporting webhook does not send ${names}, so the rules for them do nothing.`,
    rulesNone: 'No rules have been published yet, so nothing is done.',
    rulesEmpty: 'The rules are empty, so nothing is done.',
    rulesWithoutStages: 'No rule names a stage, so no deal starts a campaign.',
    rulesNeverMatch: (moves: string) => `${moves} deals moved within a week, and none led to an event.`,
    connectionWaiting: (reason: string) => `The connection cannot start: ${reason}`,
    connectionNotRun: (connection: string) => `No process runs ${connection}.`,
    connectionPaused: (connection: string) => `${connection} is paused. Its webhooks are stored.`,
    planningWaits: (reason: string) => `Processing moved deals and reports waits: ${reason}`,
    planningIsLate: (time: string) =>
      `Processing moved deals and reports: the oldest has been waiting for ${time}.`,
    eventSetAside: 'Within a day, 1 event could not be planned and led to nothing.',
    eventsSetAside: (count: string) =>
      `Within a day, ${count} events could not be planned and led to nothing.`,
    dealHeld: '1 deal is held: too many entered one stage at once.',
    dealHeldFor: (time: string) =>
      `1 deal is held, the first for ${time}: too many entered one stage at once.`,
    dealsHeld: (count: string) => `${count} deals are held: too many entered one stage at once.`,
    dealsHeldFor: (count: string, time: string) =>
      `${count} deals are held, the first for ${time}: too many entered one stage at once.`,
    webhooksWaiting: (time: string) => `Webhooks have been waiting for ${time}.`,
    deliveryWaits: (side: string, reason: string) => `Delivery to ${side} waits: ${reason}`,
    deliveryIsLate: (side: string, time: string) =>
      `Delivery to ${side}: the oldest has been waiting for ${time}.`,
    deadLetters: (side: string) => `Actions for ${side} have failed and will not be retried automatically.`,
    databaseUnreachable: (error: string) => `The database cannot be reached: ${error}`,
    databaseSlow: (seconds: string) => `The database took ${seconds} s for a small query.`,
    webhooksNotStored: 'Webhooks cannot be stored, and are answered 503.',
    kommoAccountTwice: (one: string, other: string, id: string) =>
      `${one} and ${other} have the same Kommo account (id ${id}), so every move counts twice.`,
    workspaceTwice: (one: string, other: string, id: string) =>
      `${one} and ${other} send to the same Customer.io workspace (id ${id}), so a client of both is one person there.`,
    clockAhead: (seconds: string) =>
      `The clock of this machine is ${seconds} s ahead of those of Kommo and Customer.io.`,
    clockBehind: (seconds: string) =>
      `The clock of this machine is ${seconds} s behind those of Kommo and Customer.io.`,
  },

  /**
   * What a code means, for those whose message has the words of somebody else, such as an error text. docs/health.md has the
   * meanings of all codes.
   */
  meanings: {
    kommo_token_refused:
      'Kommo refuses the token (401). Deals cannot be read or written; webhooks are stored.',
    kommo_unpaid: 'Kommo answers that the account must be paid for (402).',
    kommo_rights_missing: 'The token has no right for a call that Stagepost makes (403).',
    kommo_blocked: 'Kommo has blocked the account or this IP address (403 page).',
    kommo_throttled: 'Kommo asks to slow down (429), so nothing is sent for a while.',
    kommo_unreachable:
      'Kommo gives no answer: the name is not found, the connection is refused, or it times out.',
    kommo_failing: 'Kommo answers with errors (5xx), or something else answers in its place.',
    kommo_wrong_address: 'No Kommo account answers at the configured address.',
    track_keys_refused: 'Customer.io refuses the Site ID and Track API key (401). No event is sent.',
    track_rights_missing: 'Customer.io refuses the account or the rights of the Track key (402, 403, 451).',
    track_wrong_address: 'The Track API is not at the configured address, or it redirects to a foreign one.',
    track_throttled: 'The Track API asks to slow down (429).',
    track_unreachable: 'The Track API of Customer.io gives no answer.',
    track_failing:
      'The Track API of Customer.io answers with errors, or something else answers in its place.',
    app_key_refused: 'Customer.io refuses the App API key (401). People cannot be looked up.',
    app_failing: 'The App API of Customer.io gives no answer, or answers with errors.',
    reports_stale:
      'Reports of Customer.io are refused, because their time is more than 300 s away from our clock.',
    rules_name_missing: 'The rules name a pipeline, a stage or a field that Kommo no longer has.',
    rules_field_missing:
      'A reaction sets a deal field that Kommo does not have, or a value that the field does not accept.',
    rules_not_active: 'The newest published rules cannot be used, so an older version is active.',
    rules_unreadable: 'The stored rules cannot be read.',
    connection_unreadable:
      'This process cannot read a connection of the database: the key of its secrets is missing, or they are not valid. Its webhooks are answered 503 and repeated by their senders.',
    connection_change_unreadable:
      'This process cannot read the last change of a connection of the database, and runs it by its settings from before.',
    disk_nearly_full: 'The disk of the data folder is nearly full.',
    disk_fills_up: 'The disk of the data folder is full within 30 days, at the rate of the last week.',
    database_fills_up:
      'The database is nearly as large as `database_size_limit` allows, or will be within 30 days, at the rate of the last week.',
  },

  /** What to do, by code. */
  todos: {
    kommo_token_unproven: 'Wait for the first call, which takes less than a minute.',
    kommo_token_refused:
      'Create a long-lived token in Kommo > Settings > Integrations > your private integration > Keys and scopes, and enter it on the page Connections at "Change the keys"; for a connection of stagepost.yaml set kommo.token to it and restart.',
    kommo_token_ends:
      'Create a new token in Kommo > Settings > Integrations > your private integration > Keys and scopes, and enter it on the page Connections at "Change the keys"; for a connection of stagepost.yaml set kommo.token to it and restart.',
    kommo_token_ends_soon:
      'Create a new token in Kommo > Settings > Integrations > your private integration > Keys and scopes now, and enter it on the page Connections at "Change the keys"; for a connection of stagepost.yaml set kommo.token to it and restart.',
    kommo_token_ended:
      'Create a new token in Kommo > Settings > Integrations > your private integration > Keys and scopes, and enter it on the page Connections at "Change the keys"; for a connection of stagepost.yaml set kommo.token to it and restart.',
    kommo_access_missing:
      'Press "Authorize again" on the page Connections, and allow access in Kommo as an administrator.',
    kommo_access_withdrawn:
      'Press "Authorize again" on the page Connections, and allow access in Kommo as an administrator.',
    kommo_access_not_renewed: 'Nothing is lost: Stagepost tries again by itself.',
    kommo_access_ends:
      'Press "Authorize again" on the page Connections, and allow access in Kommo as an administrator.',
    kommo_unpaid: 'Pay for the account in Kommo > Settings > Billing.',
    kommo_rights_missing:
      'Create the token as an administrator of the account: a token has the rights of its user.',
    kommo_blocked:
      'Stop other programs that call this account too often, and ask Kommo support to lift the block.',
    kommo_throttled:
      'Nothing is lost: Stagepost tries again by itself. If it lasts, look for other programs that use up the 7 calls a second of this account.',
    kommo_unreachable:
      'Check kommo.url, the network, DNS and firewall of this machine. Nothing is lost: Stagepost tries again by itself.',
    kommo_failing:
      'Nothing is lost: Stagepost tries again by itself. If it lasts, check kommo.url and any proxy, or ask Kommo support.',
    kommo_wrong_address: 'Correct kommo.url in stagepost.yaml, and restart.',
    kommo_webhook_unproven: 'Move a deal to another stage in Kommo. The webhook arrives within seconds.',
    kommo_webhook_missing:
      'Register it on the page Connections, or by hand in Kommo > Settings > Integrations > Web hooks.',
    kommo_webhook_disabled:
      'Make sure that Stagepost can be reached; then open the webhook in Kommo > Settings > Integrations > Web hooks and save it again.',
    kommo_webhook_elsewhere:
      'Change its address in Kommo > Settings > Integrations > Web hooks, or correct --public-url.',
    kommo_webhook_wrong_secret:
      'Register the webhook again on the page Connections, or set kommo.webhook_secret to the last part of its address in Kommo > Settings > Integrations > Web hooks.',
    kommo_webhook_lacks_events:
      'Fix it on the page Connections, or tick the events in Kommo > Settings > Integrations > Web hooks.',
    kommo_webhook_silent:
      'Test the webhook on the page Connections. Check its address in Kommo > Settings > Integrations > Web hooks, the proxy and the firewall. The moves are read from the events log meanwhile, up to five minutes late.',
    kommo_log_unproven: 'Wait for the first reading, which takes less than a minute.',
    kommo_log_stalled:
      'Check on the page Connections whether the token may read events: it needs the rights of an administrator. The log of Stagepost has the error.',
    kommo_log_unread:
      'Look in Kommo for deals that entered a stage in that time, and start their campaigns by hand where that still makes sense. Nothing else is wrong.',
    webhooks_not_stored: 'Check the database: is it reachable, and is its disk full?',
    track_keys_unproven: 'Wait for the first call, which takes less than a minute.',
    track_keys_refused:
      'Copy both from Customer.io > Settings > Account Settings > API Credentials > Tracking API Keys, and restart.',
    track_wrong_region: 'Correct customerio.region in stagepost.yaml, and restart.',
    track_rights_missing: 'Check the account and its plan in Customer.io.',
    track_wrong_address: 'Correct customerio.region and customerio.track_url in stagepost.yaml, and restart.',
    track_throttled: 'Nothing is lost: Stagepost tries again by itself.',
    track_unreachable:
      'Check the network, DNS and firewall of this machine. Nothing is lost: Stagepost tries again by itself.',
    track_failing:
      'Nothing is lost: Stagepost tries again by itself. If it lasts, check any proxy on the way, or ask Customer.io support.',
    app_key_unproven: 'Wait for the first call, which takes less than a minute.',
    app_key_refused:
      'Create a key in Customer.io > Settings > Account Settings > API Credentials > App API Keys, set customerio.app_key to it, and restart.',
    app_failing:
      'Nothing is lost: Stagepost tries again by itself. Check customerio.app_url, the network and any proxy.',
    signing_key_unproven:
      'Send yourself an email from a campaign and open it. The key is proven by the first report that verifies.',
    reports_refused:
      'Copy the signing key from the page of the reporting webhook in Customer.io > Integrations > Reporting Webhooks, set customerio.signing_key to it, and restart. After a refused report Customer.io waits up to an hour or more before it sends again.',
    reports_stale: 'Correct the clock of this machine: switch NTP on.',
    reports_held_back:
      'Wait for the next report. Customer.io sends the held-back ones then, and nothing is lost.',
    reports_stopped:
      'Check that a campaign sends emails, and the address of the reporting webhook in Customer.io > Integrations > Reporting Webhooks.',
    reports_lost:
      'Check the address and the events of the reporting webhook in Customer.io > Integrations > Reporting Webhooks, the proxy and the firewall. Opens and clicks from the log count as a machine’s until their webhook arrives.',
    reporting_webhook_missing:
      'Add one in Customer.io > Integrations > Reporting Webhooks; the page Connections shows its address and events.',
    reporting_webhook_disabled: 'Enable it in Customer.io > Integrations > Reporting Webhooks.',
    reporting_webhook_elsewhere:
      'Change its address in Customer.io > Integrations > Reporting Webhooks, or correct --public-url.',
    reporting_webhook_lacks_events: 'Tick them in Customer.io > Integrations > Reporting Webhooks.',
    rules_missing: 'Publish rules on the page Rules.',
    rules_without_stages: 'Add a rule for a stage on the page Rules.',
    rules_never_match:
      'Compare the stages of the rules with those that deals enter; the page Activity shows the reasons.',
    rules_name_missing: 'Correct the name in the rules, or create it in Kommo again.',
    rules_field_missing: 'Fix it on the page Connections, which creates the field.',
    rules_not_active: 'Correct the rules and publish them again, or restore the older version.',
    rules_unreadable: 'Publish rules that are valid, or restore an older version.',
    connection_waiting: 'Correct what the reason names. Stagepost tries again every 10 to 30 s.',
    connection_paused: 'Resume it on the page Connections. It goes on where it stopped.',
    connection_not_run: 'Start a process with this connection, and look into the log of the others.',
    planning_waiting: 'Nothing is lost: Stagepost tries again by itself. The reason says what to correct.',
    events_set_aside:
      'The page Activity shows the reason of each. Correct the texts of the rules and publish them.',
    deals_held: 'Decide on the page Held deals whether they are sent, or begin with stagepost held list.',
    webhooks_waiting: 'It is overloaded, or the connection does not run. The page Activity shows what waits.',
    kommo_delivery_waiting:
      'Nothing is lost: Stagepost tries again by itself. The reason says what to correct.',
    customerio_delivery_waiting:
      'Nothing is lost: Stagepost tries again by itself. The reason says what to correct.',
    kommo_dead_letters: 'Fix the cause, then retry or dismiss them on the page Problems.',
    customerio_dead_letters: 'Fix the cause, then retry or dismiss them on the page Problems.',
    connection_unreadable: 'Do what the page Connections says about it.',
    connection_change_unreadable: 'Do what the page Connections says about it.',
    kommo_account_twice: 'Remove one of them, or correct its address and token.',
    customerio_workspace_twice: 'If that is not meant, give one of them the keys of another workspace.',
    database_unreachable: 'Start the database, and check DATABASE_URL, the network and the disk.',
    database_slow: 'Look at the load of the database and of the disk.',
    disk_nearly_full: 'Free some space, or shorten retention.',
    disk_fills_up: 'Make the disk larger, shorten retention, or find out what else grows on it.',
    database_fills_up: 'Give the server more disk and raise the limit, or shorten retention.',
    clock_off: 'Correct the clock: switch NTP on.',
  },

  /** What to do where an item has more to say than its code. All parameters are texts. */
  otherTodos: {
    setRegion: (region: string) => `Set customerio.region: ${region}, and restart.`,
    authorize: 'Press "Authorize again" on the page Connections',
    authorizeAt: (address: string) => `Press "Authorize again" on the page Connections: ${address}`,
    heldBack: 'Wait for the next report. Customer.io sends the held-back ones then, and nothing is lost.',
  },

  /** What must be seen to work, what has shown it, and what leads to it. */
  proofs: {
    kommo_token: {
      title: 'Kommo accepts the token',
      by: 'a call that Kommo accepted',
      todo: 'Stagepost asks Kommo by itself, within a minute.',
    },
    kommo_webhook: {
      title: 'Kommo’s webhook arrives',
      by: 'a webhook that arrived from Kommo',
      todo: 'Move a deal to another stage in Kommo.',
    },
    kommo_log: {
      title: 'Kommo’s events log is read',
      by: 'a reading of the events log',
      todo: 'Stagepost reads it by itself, within a minute.',
    },
    track_keys: {
      title: 'Customer.io accepts the Track keys',
      by: 'a call that the Track API accepted',
      todo: 'Stagepost asks Customer.io by itself, within a minute.',
    },
    app_key: {
      title: 'Customer.io accepts the App API key',
      by: 'a call that the App API accepted',
      todo: 'Stagepost asks Customer.io by itself, within a minute.',
    },
    signing_key: {
      title: 'Reports of Customer.io verify',
      by: 'a report that verified',
      todo: 'Send yourself an email from a campaign and open it. A test cannot prove the signing key.',
    },
    rules: {
      title: 'Rules are active',
      by: 'the running connection',
      todo: 'Publish rules on the page Rules.',
    },
  },
};

export type HealthSentences = typeof health;
