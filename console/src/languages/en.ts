import type {
  AlertLevel,
  AlertReceiver,
  AlertTopic,
  Backfill,
  Direction,
  EventKind,
  FailureGroup,
  MailState,
  Metric,
  MissedReason,
  Outcome,
  PublishEffects,
  Range,
  Role,
  ShownConnection,
  Side,
} from '../api/types.ts';
import type { EffectState, MailAction, MailMark, OutageKind, SideName, Story } from '../pages/board/types.ts';
import { decimal, number, percent } from './locale.ts';

/*
 * All texts of the console in English. The other languages are files like this one beside it; their type is this one's, so that
 * each text is there in each language.
 */

/** `1 note`, `3 notes` */
function plural(count: number, word: string, many = `${word}s`): string {
  return `${number(count)} ${count === 1 ? word : many}`;
}

/** All texts of the console that do not come from the server. */
const texts = {
  product: 'Stagepost',
  skipToContent: 'Skip to the content',
  nav: {
    label: 'Pages',
    open: 'Open the menu',
    now: 'Overview',
    activity: 'Activity',
    subject: 'Find a client',
    failures: 'Problems',
    held: 'Held deals',
    backfill: 'Existing clients',
    rules: 'Rules',
    connections: 'Connections',
    system: 'System',
    alerts: 'Alerts',
    board: 'Demo board',
    people: 'Users',
    connection: 'Connection',
    allConnections: 'All connections',
    toDark: 'Dark mode',
    toLight: 'Light mode',
    signOut: 'Sign out',
    language: 'Language',
    signedInAs: (name: string, role: Role) => `${name} (${roleLabels[role]})`,
    demo: 'Demo: Kommo and Customer.io are simulated',
    demoShort: 'Demo',
  },
  revoked: {
    title: (connection: string) => `Kommo no longer lets Stagepost in: ${connection}`,
    refused: 'Kommo refuses the access that was granted.',
    nothingLost: 'Nothing is lost until somebody who is an administrator in Kommo grants it again.',
    button: 'Authorize again',
    onlyAdmins: 'An admin of Stagepost can authorize it again.',
  },
  endingAccess: {
    title: (connection: string) => `The access to Kommo ends soon: ${connection}`,
    toConnections: 'Go to Connections',
  },
  states: {
    loading: 'Loading …',
    failed: 'This page could not be loaded.',
    again: 'Try again',
    stale: (ago: string) => `Out of date: no answer from Stagepost since ${ago}. Retrying.`,
    notFoundTitle: 'Page not found',
    notFound: 'The address is wrong, or the record was deleted after the retention period.',
    toNow: 'Go to Overview',
    broken:
      'Something went wrong on this page. Reload it; if it happens again, the browser console has the details.',
  },
  signIn: {
    title: 'Sign in',
    demo: 'Sign in to the demo',
    demoHint:
      'Both Kommo and Customer.io are simulated on this machine, so nobody needs a password. The session ended because you signed out, or because the demo was started again.',
    name: 'Name',
    password: 'Password',
    button: 'Sign in',
    firstTime:
      'First time here? When no user exists yet, Stagepost prints a one-time link at startup. Open it to choose a name and password.',
  },
  setup: {
    title: 'Welcome to Stagepost',
    lead: 'Choose how you sign in from now on.',
    name: 'Your name',
    nameHint: 'Leave this empty if you were invited: your name is already set.',
    password: 'Password',
    passwordHint:
      'At least 10 characters. Several words are stronger than symbols; common passwords and your name are refused.',
    again: 'Repeat the password',
    differs: 'The passwords don’t match.',
    button: 'Start',
    noLink: 'The link is incomplete. Copy the whole address, including the part after #.',
  },
  now: {
    title: 'Overview',
    health: 'Health',
    good: 'All is well.',
    goodDetail: 'Both sides are proven to work. Nothing needs your attention.',
    needs: (count: number) => `${plural(count, 'issue needs', 'issues need')} attention`,
    warnings: (count: number) => `It works, and ${plural(count, 'thing needs', 'things need')} a look`,
    unfinished: (missing: number, all: number) =>
      `Setup isn’t finished: ${number(missing)} of ${plural(all, 'step')} left`,
    steps: 'Steps of the setup',
    done: 'Done',
    left: 'Not done yet',
    provenBy: (by: string) => `Proven by ${by}`,
    since: 'Began',
    notNow: 'Not now.',
    lastWorked: 'It last worked',
    lightLabels: { unknown: 'Not proven', warning: 'Warning', broken: 'Problem' },
    pageLinks: {
      connections: 'See the checks',
      failures: 'See the problems',
      held: 'See the held deals',
      rules: 'See the rules',
      activity: 'See the activity',
    },
    signingKey: 'Signing key',
    proofLabels: { proven: 'proven', unproven: 'not proven yet', broken: 'reports are refused' },
    starting: 'Stagepost is starting.',
    webhook: 'Last webhook',
    logRead: 'Kommo’s log last read',
    changes: 'Stage changes',
    polled: (seconds: number) => `read from Kommo’s log every ${seconds} s`,
    call: 'Last successful call',
    badCall: 'Last failed call',
    access: 'Access',
    hook: 'Webhook',
    delivery: 'Delivery',
    waiting: 'Waiting to be sent',
    oldest: 'Oldest waiting since',
    budget: 'Calls in the last minute',
    ofBudget: (used: number, most: number) => `${number(used)} of ${number(most)}`,
    never: 'none yet',
    nothing: 'nothing',
    elsewhere: 'run by another process',
    accessLabels: { good: 'accepted', refused: 'refused', unknown: 'not tried yet' },
    hookLabels: { good: 'registered, not called yet', arrives: 'arrives', unknown: 'not called yet' },
    hookItemLabels: {
      kommo_webhook_missing: 'missing',
      kommo_webhook_disabled: 'disabled by Kommo',
      kommo_webhook_elsewhere: 'leads to another address',
      kommo_webhook_wrong_secret: 'has another secret',
      kommo_webhook_lacks_events: 'lacks events',
      kommo_webhook_silent: 'does not arrive',
    } as Record<string, string>,
    laneLabels: { open: 'running', waiting: 'waiting', held: 'on hold', stopped: 'not run by this process' },
    planning: 'Processing',
    plan: 'events to process',
    today: 'Today',
    moves: 'deals moved',
    sent: 'events sent',
    reports: 'reports from Customer.io',
    failures: 'failures',
    watches: 'running inactivity timers',
    repaired: 'missed stage changes recovered',
    parked: 'reports without a matching client',
    hints: {
      moves: 'Deals that entered a stage',
      sent: 'Events that Customer.io accepted; each starts its campaign',
      reports: 'Opens, clicks, unsubscribes and so on',
      failures: 'Actions that failed and won’t be retried automatically',
      watches: 'Clients we’re waiting to hear from',
      repaired: 'Stage changes that no webhook reported, found in Kommo’s events log',
      parked: 'Reports about people who don’t have a deal yet',
    },
    catchingUp: 'The numbers are still being counted from stored history.',
    charts: 'Over time',
    range: 'Time shown',
    chartOut: 'From Kommo to Customer.io',
    chartBack: 'From Customer.io to Kommo',
    chartFailures: 'Failures',
    chartEmpty: 'Nothing in this period.',
    chartSummary: (title: string, sums: string) => `${title}: ${sums}`,
  },
  activity: {
    title: 'Activity',
    find: 'Deal number or email',
    deal: (id: number) => `deal ${id}`,
    findHint: 'e.g. 30000012 or ann@acme.com',
    direction: 'Direction',
    kind: 'What',
    outcome: 'Outcome',
    period: 'Time',
    any: 'Any',
    clear: 'Clear filters',
    remove: 'Remove this filter',
    from: 'from',
    to: 'to',
    live: 'Live',
    paused: 'Paused',
    pause: 'Pause',
    goOn: 'Resume',
    reconnecting: 'Disconnected; reconnecting',
    past: 'Showing a past period',
    waitingRows: (count: number) => `Show ${plural(count, 'new row')}`,
    empty: 'Nothing has happened yet.',
    emptyHint: 'Move a deal in Kommo to a stage with a rule, and it appears here within a second.',
    noMatch: 'Nothing matches these filters.',
    older: 'Show older',
    searched: 'Searched back to',
    end: 'End of the list.',
    shown: (count: number) => `${plural(count, 'row')} shown`,
    repaired: 'recovered',
    repairedHint: 'No webhook reported this stage change; Stagepost found it in Kommo’s events log',
    periods: {
      '1h': 'Last hour',
      '24h': 'Last 24 hours',
      '7d': 'Last 7 days',
      '30d': 'Last 30 days',
      own: 'Custom period',
    },
  },
  trace: {
    back: 'Activity',
    happened: 'Happened',
    outcome: 'Outcome',
    came: (side: string, id: number) => `${side} sent webhook ${id}`,
    noWebhook: 'No webhook reported this stage change. Stagepost found it in Kommo’s events log.',
    clockCame: 'An inactivity timer ran out.',
    noRequest: 'The webhook was deleted after the retention period.',
    body: 'Body',
    headers: 'Headers',
    removed: 'Deleted after the retention period.',
    decision: 'Decision',
    rule: 'Rule',
    noRule: 'Nothing to do',
    /** Rules that have no stage or report to be named after. */
    rules: {
      consent: 'opt-outs set in Kommo',
      'person.attributes': 'keep attributes up to date',
    } as Record<string, string>,
    byVersion: (version: number) => `Rules version ${version}`,
    parked: 'Waiting',
    notYet: 'Not processed yet',
    waitsForSide: (side: string) => `It waits until ${side} works again; nothing is lost.`,
    nothingToSend: 'Nothing to send.',
    payload: 'Request data',
    attempts: 'Calls',
    noAnswer: 'no answer',
    took: (ms: number) => `${number(ms)} ms`,
    curl: 'Copy as curl',
    copied: 'Copied',
    replay: 'Retry …',
    inKommo: 'Deal in Kommo',
    inCustomerio: 'Person in Customer.io',
    about: (what: string) => `Everything about ${what}`,
    aboutDeal: (id: number) => `Everything about deal ${id}`,
    aboutNamed: (name: string, id: number) => `Everything about ${name} (deal ${id})`,
    sameReport: 'the same, reported again',
    waitsFor: 'Waiting for the previous action',
    nextTry: 'Next attempt',
    made: 'ID in Kommo',
    states: {
      waiting: 'waiting',
      ready: 'ready to send',
      sending: 'sending',
      done: 'done',
      dead: 'failed',
      dropped: 'not needed',
    },
    notSent: 'not sent',
  },
  subject: {
    title: 'Find a client',
    answer: 'In short',
    seeEvent: 'See details',
    person: 'Person',
    never: 'Nothing has been sent to Customer.io about this person yet.',
    noAttributes: 'No attributes.',
    history: 'What Stagepost has set in Kommo',
    watches: 'Inactivity timers',
    watch: (start: string, unless: string) => `Since ${start}, until ${unless}`,
    runsOut: 'runs out',
    started: 'started',
    ended: 'ended',
    watchLabels: { running: 'running', stopped: 'stopped: the client engaged', fired: 'ran out' },
    timeline: 'Timeline, both directions',
    noTimeline: 'No events stored.',
    emails: 'Emails',
    email: (subject: string | null) => (subject === null ? 'Email without a subject' : `Email “${subject}”`),
    emailTo: (recipient: string) => `to ${recipient}`,
    probably: 'probably',
    probablyHint:
      'Customer.io doesn’t say which stage started this email. This is the last one before it was sent.',
    older: 'See older events in Activity',
    updated: 'Updated',
    deal: (id: number) => `Deal ${id}`,
    setBy: 'by',
    notWritten: 'not written to Kommo yet',
  },
  replay: {
    title: 'Retry',
    planning: 'Checking what this would do …',
    head: (count: number) => `${plural(count, 'action')} will be sent again.`,
    nothing: 'Nothing can be retried.',
    alongside: (count: number) =>
      `${number(count)} of them are included because they depend on a selected one, or it depends on them.`,
    side: (side: string, what: string, calls: number) => `${side}: ${what}, in ${plural(calls, 'call')}`,
    least: (time: string) => `Takes at least ${time}. New stage changes go first.`,
    old: (count: number) =>
      `${plural(count, 'event is', 'events are')} older than 72 hours: Customer.io stores them but starts no campaign.`,
    unsure: (count: number) =>
      `${plural(count, 'note or task', 'notes and tasks')} got no answer from Kommo. Stagepost checks Kommo first, so none is written twice.`,
    blockedRemoved: (count: number) =>
      `${number(count)} can’t be retried: the contents were deleted after the retention period.`,
    blockedDiscarded: (count: number) =>
      `${number(count)} can’t be retried: a previous action was dismissed.`,
    start: (count: number) => `Retry ${number(count)}`,
    cancel: 'Cancel',
    stop: 'Stop',
    stopping: 'Stopping …',
    close: 'Close',
    closeWindow: 'Close this window',
    stays: 'Keep this window open until the retry is complete.',
    delivered: (count: number, total: number) => `${number(count)} of ${number(total)} delivered`,
    refused: (count: number) => `${number(count)} failed again`,
    dropped: (count: number) => `${number(count)} no longer needed`,
    tryingAgain: (count: number) => `${number(count)} failed and will be retried automatically`,
    takenByOthers: (count: number) => `${number(count)} were retried or dismissed by somebody else`,
    left: (count: number) => `${number(count)} unchanged`,
    onTheWay: (count: number) => `${number(count)} in progress`,
    stopped: 'Stopped:',
    done: 'Done.',
    label: 'Retry progress',
  },
  discard: {
    title: 'Dismiss',
    lead: (count: number) =>
      `${plural(count, 'action')} will never be sent, along with any action that depends on them.`,
    why: 'Reason',
    whyHint: 'Saved with each action and in the audit log. For example: “the deal was deleted”.',
    button: (count: number) => `Dismiss ${number(count)}`,
    done: (count: number) => `${number(count)} dismissed.`,
  },
  people: {
    title: 'Users and tokens',
    onlyAdmins: 'Only admins can manage users and tokens.',
    users: 'Users',
    name: 'Name',
    role: 'Role',
    seen: 'Last seen',
    never: 'never',
    invited: 'invited, no password yet',
    add: 'Add',
    addUser: 'Add a user',
    addToken: 'Create a token',
    newLink: 'New sign-in link',
    linkOpen: 'sign-in link ends',
    takeBack: 'Take back link',
    connections: 'Connections',
    allConnections: 'All connections',
    noConnection: 'none',
    differs: 'differs',
    noAccess: 'no access',
    roleFor: (connection: string) => `Role for ${connection}`,
    save: 'Save',
    remove: 'Remove',
    actions: 'Actions',
    sureUser: (name: string) => `${name} will be signed out immediately and can’t sign in again.`,
    sureToken: (name: string) => `Scripts that use the token "${name}" will stop working immediately.`,
    linkFor: (name: string) => `Send this link to ${name}. It works once and won’t be shown again:`,
    secretOf: (name: string) => `Token "${name}". It won’t be shown again:`,
    copy: 'Copy',
    roles: {
      viewer: 'read-only',
      editor: 'edits rules, retries or dismisses failures, runs checks',
      admin: 'fixes setup and manages users',
    },
    tokens: 'Tokens for scripts',
    tokensHint:
      'A script sends: Authorization: Bearer TOKEN. A token can do no more than the user who created it, and ends with that user.',
    ends: 'Ends',
    endsAfter: { 30: 'after 30 days', 90: 'after 90 days', 365: 'after a year', never: 'never' },
    unused: 'not used for 90 days',
    managesPeople: 'may manage users and tokens',
    maker: {
      commands: 'by a command on the server',
      unknown: 'by somebody who is no longer a user: replace it',
    },
    noTokens: 'None yet.',
    made: 'Created',
    by: 'by',
    used: 'Last used',
    audit: 'Audit log',
    noAudit: 'Nothing yet.',
    when: 'When',
    who: 'Who',
    what: 'What',
    more: 'Show older',
    kinds: {
      user: 'user',
      token: 'token',
      folder: 'on the server',
      nobody: 'not signed in',
      system: 'automatic',
    } as Record<string, string>,
    times: (count: number) => `${number(count)} times`,
    whats: {
      sign_in: 'signed in',
      sign_in_refused: 'failed to sign in',
      sign_in_delayed: 'tried to sign in too often',
      sign_out: 'signed out',
      token_refused: 'used a wrong token',
      request_refused: 'was refused',
      link_ended: 'ended a sign-in link',
      checks_run: 'ran the checks',
      webhook_tested: 'sent a test webhook',
      password_set: 'chose a password',
      replay: 'retried',
      discard: 'dismissed',
      user_added: 'added a user',
      user_removed: 'removed a user',
      role_changed: 'changed the role of a user',
      link_made: 'created a sign-in link',
      token_added: 'created a token',
      token_removed: 'removed a token',
      mended: 'applied a fix',
      setup_begun: 'began a connection',
      setup_changed: 'answered a step of a new connection',
      setup_deleted: 'deleted an unfinished connection',
      setup_finished: 'finished a connection',
      rules_published: 'published rules',
      rules_tried: 'tried rules on a deal or event',
      test_sent: 'sent a test of a rule to themselves',
      test_case_saved: 'saved a test case of the rules',
      test_case_changed: 'changed a test case of the rules',
      test_case_deleted: 'deleted a test case of the rules',
      alert_tested: 'tested an alert',
      alert_muted: 'muted alerts',
      alert_unmuted: 'ended a mute',
    } as Record<string, string>,
  },
  watches: {
    title: 'Inactivity timers',
    lead: 'Clients we’re waiting to hear from, next deadline first.',
    toRules: 'See what happens when time runs out',
    none: 'No inactivity timer is running.',
    noneHint: 'A timer starts when a deal enters a stage whose event has an inactivity rule.',
    more: 'Show more',
    started: 'Started by',
    stops: 'Stopped by',
    runsOut: 'Runs out',
  },
  connections: {
    title: 'Connections',
    lead: 'A connection links one Kommo account to one Customer.io workspace. See whether both accounts are set up correctly, and how to fix what isn’t.',
    add: 'Add a connection',
    health: 'What is proven to work',
    running: 'Checking both accounts. This takes a few seconds …',
    never: 'Not checked since Stagepost started.',
    checked: 'Checked',
    check: 'Check',
    checkAgain: 'Check again',
    good: 'The checks found nothing wrong.',
    unproven: (todo: string) => `not proven yet. ${todo}`,
    failures: (failures: number, warnings: number) =>
      warnings === 0
        ? `The checks found ${plural(failures, 'failure')}.`
        : `The checks found ${plural(failures, 'failure')} and ${plural(warnings, 'warning')}.`,
    warnings: (warnings: number) => `The checks found ${plural(warnings, 'warning')}.`,
    elsewhere:
      'Another Stagepost process runs this connection, and only that process may call its Kommo account, so the checks run there. Behind a load balancer, reload this page to reach it. On the command line, use: stagepost doctor',
    mend: 'Fix',
    mendDoes: (does: string) => `Stagepost ${does}.`,
    adminCan: (does: string) => `An admin can apply this fix: Stagepost ${does}.`,
    needsPublicUrl:
      'Stagepost can register the webhook once it knows its public address: start it with --public-url https://your-host, or set STAGEPOST_PUBLIC_URL.',
    byHand: 'Manually:',
    test: (side: string) => `Test the ${side} webhook`,
    testHint: (publicUrl: string | null) =>
      `Sends a harmless test webhook to ${publicUrl ?? 'this machine’s own address'}. No deal or contact is affected.`,
    stored: 'Stored webhook',
    checkLabels: {
      'kommo account': 'Account and token',
      'kommo rights': 'Token permissions',
      'kommo names': 'Pipelines, stages and fields used by the rules',
      'kommo fields': 'Deal fields that reactions set',
      'kommo webhook': 'Webhook',
      'customer.io track': 'Key for sending',
      'customer.io signing key': 'Signing key',
      'customer.io app key': 'App API key',
      'customer.io phones': 'Phone numbers',
      'customer.io ids': 'IDs of people',
      'customer.io email events': 'Emails and the events that start them',
      'customer.io reports': 'Reporting webhook',
      'customer.io campaigns': 'Campaigns that the events start',
    } as Record<string, string>,
    statusLabels: { ok: 'OK', warning: 'warning', failure: 'failure', skipped: 'not checked' },
    stateLabels: { good: 'OK', bad: 'failed', waiting: 'unknown' },
  },
  rules: {
    /** The note that is written when a rule has none of its own. */
    defaultNote: "Event '{{ event }}' sent to Customer.io for {{ person }}",
    title: 'Rules',
    pipelines: 'Stages that start campaigns',
    stage: 'Stage in Kommo',
    event: 'Event in Customer.io',
    data: 'Event data',
    note: 'Note on the deal',
    onDeal: 'On the deal',
    skipsUnmailable: 'Nothing for clients who can’t get email',
    onlyIf: (condition: string) => `Only if: ${condition}`,
    goesOut: (time: string) => `Goes out ${time}`,
    once: { deal: 'Once per deal', person: 'Once per client' },
    noRule: 'no rule',
    allStages: 'All stages',
    read: 'Pipelines last read from Kommo',
    notRead: 'Kommo’s pipelines have not been read yet. These are the stages that the rules mention.',
    person: 'Attributes sent to Customer.io',
    identifyBy: {
      email: 'People are identified by email address.',
      contact_id: 'People are identified by their contact ID in Kommo.',
    },
    contacts: {
      main: 'Only the main contact of a deal gets emails.',
      all: 'All contacts of a deal get emails.',
    },
    reportDeal: {
      last_changed: 'If a client has several open deals, notes and tasks go to the one that changed last.',
      all: 'If a client has several open deals, notes go to all of them, and the task to one.',
    } as Record<string, string>,
    reportDealIn: (pipeline: string) =>
      `If a client has several open deals, notes and tasks go to one in ${pipeline} first.`,
    attribute: 'Attribute',
    from: 'Value',
    reactions: 'Reactions in Kommo',
    report: 'When Customer.io reports',
    does: 'Do this in Kommo',
    times: 'How often',
    first: 'first time only',
    every: 'every time',
    machines: 'machine opens count',
    noMachines: 'machine opens do not count',
    noteText: 'Note',
    taskText: 'Task',
    fieldText: 'Field',
    addTagsText: 'Add tags',
    removeTagsText: 'Remove tags',
    due: (time: string) => `due in ${time}`,
    inactivity: 'Inactivity',
    inactivitySummary: (start: string, after: string, unless: string) =>
      `${after} after ${start} without ${unless}:`,
    sends: 'send the event',
    noInactivity: 'No inactivity rule.',
    noReactions: 'No reactions.',
    noStageRules: 'No stage has a rule.',
    skip: (time: string) => `Stage changes more than ${time} old don’t start campaigns.`,
    choose: 'Select a connection to see its rules.',
    edit: 'Edit rules',
    goOn: 'Continue your draft',
    versions: 'Versions',
    runs: (version: number) => `Version ${version} is live.`,
    viewer: 'You need the editor role to edit rules.',
  },
};

const sideLabels: Record<Side, string> = { kommo: 'Kommo', customerio: 'Customer.io' };

const roleLabels: Record<Role, string> = { viewer: 'viewer', editor: 'editor', admin: 'admin' };

const outcomeLabels: Record<Outcome, string> = {
  open: 'in progress',
  done: 'done',
  failed: 'failed',
  nothing: 'nothing to do',
  parked: 'no client found yet',
  waiting: 'waiting for a client',
  held: 'held: many deals at once',
};

/** A client who gets no email, in a word or two. */
const mailStateLabels: Record<MailState, string> = {
  mailable: 'can get email',
  unsubscribed: 'unsubscribed',
  complained: 'marked as spam',
  bounced: 'bounced',
  suppressed: 'suppressed',
  no_address: 'no address',
};

/** The two halves of a report's name: the object that the report is about, and what happened to it. */
const reportObjects: Record<string, string> = {
  customer: 'client',
  email: 'email',
  in_app: 'in-app message',
  push: 'push message',
  slack: 'Slack message',
  sms: 'text message',
  whatsapp: 'WhatsApp message',
  webhook: 'webhook message',
};

const reportMetrics: Record<string, string> = {
  drafted: 'drafted',
  attempted: 'send attempted',
  sent: 'sent',
  delivered: 'delivered',
  opened: 'opened',
  clicked: 'link clicked',
  converted: 'conversion',
  bounced: 'bounced',
  dropped: 'not sent',
  deferred: 'deferred',
  spammed: 'marked as spam',
  failed: 'failed',
  undeliverable: 'undeliverable',
  replied: 'replied',
  subscribed: 'subscribed',
  unsubscribed: 'unsubscribed',
  cio_subscription_preferences_changed: 'changed subscription preferences',
};

const directionLabels: Record<Direction, string> = {
  to_customerio: 'Kommo to Customer.io',
  to_kommo: 'Customer.io to Kommo',
  clock: 'Inactivity timer',
};

const kindLabels: Record<EventKind, string> = {
  deal_moved: 'Deal moved',
  deal_listed: 'Deal of a backfill',
  deal_changed: 'Deal changed',
  deal_deleted: 'Deal deleted',
  deal_restored: 'Deal restored',
  contact_changed: 'Contact changed',
  contact_deleted: 'Contact deleted',
  contact_restored: 'Contact restored',
  contact_merged: 'Contacts merged',
  mail_report: 'Report from Customer.io',
  inactivity: 'Inactivity',
};

const rangeLabels: Record<Range, string> = {
  '1h': '1 hour',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
};

/** The metrics of the charts, for a count of one and for others. */
const metricLabels: Partial<Record<Metric, { one: string; many: string }>> = {
  moves: { one: 'deal moved', many: 'deals moved' },
  sent: { one: 'event sent', many: 'events sent' },
  repaired: { one: 'missed stage change recovered', many: 'missed stage changes recovered' },
  reports: { one: 'report', many: 'reports' },
  notes: { one: 'note', many: 'notes' },
  tasks: { one: 'task', many: 'tasks' },
  fields: { one: 'field set', many: 'fields set' },
  tags: { one: 'tag change', many: 'tag changes' },
  failures: { one: 'failure', many: 'failures' },
};

/** The search for clients and deals. */
const searchTexts = {
  title: 'Find a client or deal',
  open: 'Find a client',
  label: 'Name, company, email, deal number or Kommo link',
  hint: 'Type the beginning of a name, a company or an email address, a deal number, or paste the deal’s link from Kommo.',
  keys: '↑ ↓ to choose, Enter to open',
  results: 'Clients and deals',
  found: (count: number) => (count === 1 ? '1 result' : `${number(count)} results`),
  deal: (id: number) => `deal ${id}`,
  noDeal: 'no deal',
  notSent: 'not in Customer.io yet',
  none: (q: string) => `No client or deal matches “${q}”.`,
  noneHint:
    'Stagepost knows clients whose deal has entered a stage since it was connected, and clients who were emailed.',
  failed: 'The search could not be run.',
};

/** Why deals were not emailed, as the continuation of a number: "3 unsubscribed". */
const missedLabels: Record<MissedReason, string> = {
  unsubscribed: 'Unsubscribed',
  complained: 'Marked an email as spam',
  bounced: 'Address bounced',
  suppressed: 'Address on a suppression list',
  no_address: 'Contact has no email',
  no_contact: 'Deal has no contact',
  gone: 'Deal not found in Kommo',
  no_rule: 'Stage has no rule',
  condition: 'Condition not met',
  once: 'Sent before (once)',
  repeated: 'Sent by a backfill',
  late: 'Too late',
  left: 'Left the stage before the event was due',
  scheduled: 'Scheduled for later',
  held: 'Held, waiting for a decision',
  discarded: 'Dismissed',
  sending: 'On the way to Customer.io',
  failed: 'Failed',
  not_delivered: 'Customer.io could not send it',
  no_report: 'No email reported by Customer.io',
};

/** What to know about a reason, or to do about it. */
const missedHints: Record<MissedReason, string> = {
  unsubscribed: 'Customer.io sends these clients nothing.',
  complained: 'Customer.io sends these clients nothing.',
  bounced: 'No email reaches the address. Correct it in Kommo.',
  suppressed: 'Customer.io does not send to the address until it is removed from the list.',
  no_address: 'Add an email to the contact in Kommo. New stage changes wait up to a day for one.',
  no_contact: 'Add a contact to the deal in Kommo. New stage changes wait up to a day for one.',
  gone: 'The deal was deleted, or the token may not see it.',
  no_rule: 'Entering the stage starts no campaign.',
  condition: 'The “if” of the stage’s rule leaves these deals out.',
  once: 'The rule sends its event only once for each deal or client.',
  repeated: 'A backfill had sent the stage’s event already.',
  late: 'The stage change was too old when Stagepost learned of it, or a contact came too late.',
  left: 'The rule drops its event when the deal leaves the stage early.',
  scheduled: 'The rule has a delay or quiet hours.',
  held: 'Very many deals entered the stage at once. Decide on the page Held deals.',
  discarded: 'Somebody decided that nothing is sent.',
  sending: 'Accepted within seconds, unless delivery is on hold: see System.',
  failed: 'Customer.io refused the event, or the rule could not be applied: see Problems.',
  not_delivered: 'Customer.io reports that sending failed.',
  no_report: 'Customer.io accepted the event. The campaign may wait, leave the client out, or be stopped.',
};

/** The numbers of a stage, each with what it counts. */
const stepLabels = {
  entered: 'Entered',
  emailed: 'Emailed',
  opened: 'Opened',
  clicked: 'Clicked',
  moved_on: 'Moved on',
  missed: 'Not emailed',
};

const overviewTexts = {
  issues: (text: string, first: string | undefined) => (first === undefined ? text : `${text}: ${first}`),
  toSystem: 'See System',
  toSteps: 'See the steps',
  pipeline: 'Pipeline',
  pipelines: 'Pipelines',
  allPipelines: 'All pipelines',
  period: 'Time',
  periods: { today: 'Today', '7d': '7 days', '30d': '30 days', custom: 'Custom' },
  from: 'From',
  to: 'To',
  stored: (day: string) => `Stage changes are stored from ${day} on.`,
  stage: 'Stage',
  funnel: 'Funnel',
  starts: (campaigns: string[]) => `Starts ${campaigns.map((name) => `“${name}”`).join(', ')}`,
  sends: (event: string) => `Sends ${event}`,
  noRule: 'No rule',
  share: (part: number, all: number) => (part === 0 || all === 0 ? '' : percent(part / all)),
  numberLabel: (count: number, step: string, stage: string) =>
    `${number(count)} ${step.toLowerCase()}, ${stage}`,
  legend: { entered: 'entered', emailed: 'emailed', opened: 'opened' },
  inConnection: (pipeline: string, connection: string) => `${pipeline} · ${connection}`,
  moreFunnels: (count: number) =>
    `${plural(count, 'more pipeline')} with fewer entries. Choose a connection or a pipeline.`,
  missedTitle: 'Moved but not emailed',
  missedNone: 'Every deal that entered a stage in this period was emailed.',
  missedOf: (missed: number, entered: number) =>
    `${number(missed)} of ${plural(entered, 'entry', 'entries')}`,
  lossTitle: 'Clients lost in this period',
  unsubscribed: 'Unsubscribed or marked as spam',
  bounced: 'Addresses that bounced',
  timesTitle: 'From stage change to email',
  accepted: 'Event accepted by Customer.io',
  emailed: 'Email sent',
  noTime: 'no data',
  lossScope: 'In all pipelines.',
  timesScope: 'Medians, in all pipelines.',
  help: 'What do these numbers count?',
  helpItems: [
    ['Entered', 'Stage changes into this stage, also of new deals. A deal that comes back counts again.'],
    [
      'Emailed',
      'Entries whose event started at least one email that Customer.io reported as sent or delivered, and that did not bounce.',
    ],
    [
      'Opened',
      'Emailed entries where a person opened an email or clicked in it. Opens by machines, such as Apple Mail Privacy, do not count.',
    ],
    ['Clicked', 'Emailed entries where a person clicked a link. Link scanners do not count.'],
    [
      'Moved on',
      'Entries after which the deal’s next stage was a later one, or one of another pipeline. Lost deals have not moved on.',
    ],
    ['Not emailed', 'All other entries, each with one reason. Emailed and not emailed add up to entered.'],
    [
      'From stage change to email',
      'Medians of the latest 500 entries of each connection in this period, including delays that rules ask for.',
    ],
  ],
  empty: 'No deal entered a stage in this period.',
  emptyHint:
    'Move a deal in Kommo to a stage with a rule: it appears here within seconds. Or look at a longer period.',
  show30: 'Show 30 days',
  firstHint: 'Move a deal in Kommo to a stage with a rule: it appears here within seconds.',
  toRules: 'See which stages have a rule',
  deals: {
    all: 'Deals that entered a stage',
    titles: {
      entered: 'Deals that entered a stage',
      emailed: 'Deals that were emailed',
      opened: 'Deals whose client opened an email',
      clicked: 'Deals whose client clicked a link',
      moved_on: 'Deals that moved on',
      missed: 'Deals that were not emailed',
    },
    missedFor: (reason: string) => `Not emailed: ${reason}`,
    back: 'Overview',
    client: 'Client',
    deal: 'Deal',
    stage: 'Stage',
    entered: 'Entered',
    result: 'Email',
    emailed: 'Emailed',
    opened: 'Opened',
    clicked: 'Clicked',
    event: 'See what happened',
    noClient: 'No client known',
    more: 'Show more',
    empty: 'No deal matches.',
    emptyHint: 'Choose a longer period on the overview.',
    shown: (count: number) => `${plural(count, 'deal')} shown`,
    next: 'Next stage:',
    stillHere: 'Still in this stage',
  },
  campaigns: {
    title: 'Campaigns started by stage changes',
    campaign: 'Campaign',
    unnamed: (id: string) => `Campaign ${id}`,
    scope:
      'Emailed is a share of the stage’s entries; opened and clicked are shares of the emailed ones. Emails whose report names no campaign are not counted here.',
  },
  lost: {
    titles: {
      unsubscribed: 'Clients who unsubscribed or marked an email as spam',
      bounced: 'Clients whose address bounced',
    },
    hints: {
      unsubscribed: 'Customer.io sends them nothing, unless they have subscribed again since.',
      bounced: 'No email reaches these addresses. Correct them in Kommo.',
    },
    client: 'Client',
    deal: 'Deal',
    what: 'What happened',
    since: 'Since',
    facts: {
      unsubscribed: 'Unsubscribed',
      complained: 'Marked an email as spam',
      bounced: 'Address bounced',
    },
    noDeal: 'No deal known',
    empty: 'No client was lost in this period.',
    emptyHint: 'Choose a longer period to look further back.',
    shown: (count: number) => `${plural(count, 'client')} shown`,
    numberLabel: (label: string, count: number) => `${label}: ${number(count)}`,
  },
};

const activityTexts = {
  reason: 'No email because',
  stage: 'Stage',
  rule: 'Rule',
  campaign: 'Campaign',
  owner: 'Account manager',
  showNothing: 'Show rows with nothing to do',
  more: (count: number) => (count === 0 ? 'More filters' : `More filters (${number(count)})`),
  fewer: 'Fewer filters',
  since: (what: string, when: string) => `${what} are known since ${when}.`,
  reasonsSince: 'Reasons for no email',
  ownersSince: 'Account managers',
  times: (count: number) => `${number(count)}×`,
  timesHint: (count: number) =>
    count === 2 ? 'Reported twice, counted once' : `Reported ${number(count)} times, counted once`,
  otherReports: 'Other reports of this message:',
  hidden: 'Rows with nothing to do are hidden.',
  toSetup: 'Check the connections',
};

/** Texts of the list of clients to call. */
const callTexts = {
  nav: 'To call',
  title: 'Whom to call',
  lead: 'Deals with a task that Stagepost created in the last 7 days, and clients who clicked in an email in the last 3 days and whose deal has not moved since. Kommo knows which tasks are completed.',
  overdue: 'Due since',
  due: 'Due',
  clicked: 'Clicked in an email',
  why: 'See what happened',
  none: 'Nobody to call.',
  noneHint: 'A client appears here when a rule creates a task for them, or when they click in an email.',
  toRules: 'See which rules create tasks',
  more: 'Only the newest are listed. The others are in Kommo’s task list.',
  unknown: 'No client known',
};

/** The page of a client or a deal. */
const subjectTexts = {
  deal: (id: number) => `deal ${id}`,
  last: 'Clients whose deals moved last',
  deals: 'Deals',
  stage: (stage: string, pipeline: string) => `${stage} (${pipeline})`,
  notRead: 'Name and stage appear when the deal moves next.',
  mailable: 'Can be emailed: yes',
  notMailable: (reason: string) => `Can be emailed: no, ${reason}`,
  shows: (field: string) => `Kommo shows ${field}`,
  isTrue: 'that is so',
  saysMailable: 'not true: the client can’t be emailed',
  saysNotMailable: 'not true any more: the client can be emailed',
  notWritten: 'on its way to Kommo',
  details: 'Attributes last sent to Customer.io',
  history: 'Stage changes and emails',
  showAll: (count: number) => `Show all events (${number(count)} more)`,
  showMain: 'Show only what matters',
  runsOut: (exact: string) => `runs out ${exact}`,
};

/** What rules decide about a deal or an event, in sentences. */
const decisionTexts = {
  somebody: 'The client',
  event: (who: string, event: string) => `Customer.io gets the event ${event} for ${who}.`,
  campaigns: (who: string, campaigns: string[], event: string) =>
    `${who} gets the ${campaigns.length === 1 ? 'campaign' : 'campaigns'} ${campaigns.map((name) => `“${name}”`).join(' and ')}, which ${campaigns.length === 1 ? 'starts' : 'start'} with the event ${event}.`,
  eventWithoutCampaign: (who: string, event: string) =>
    `Customer.io gets the event ${event} for ${who}, but no running campaign starts with it.`,
  eventWithoutEmail: (who: string, event: string) =>
    `Customer.io gets the event ${event} for ${who}, who can’t get email.`,
  note: (text: string) => `The note says: “${text}”`,
  task: (text: string) => `A task is created: “${text}”`,
  field: (field: string, value: string) => `The field ${field} becomes “${value}”.`,
  tags: (changes: string) => `The tags of the deal change: ${changes}.`,
  profile: (who: string | null, count: number) =>
    `${who === null ? 'The profile' : `${who}’s profile`} in Customer.io is updated: ${plural(count, 'attribute')}.`,
  sends: (count: number) => (count === 0 ? 'Nothing is sent.' : `${plural(count, 'request')} would be sent.`),
  ignored: (reason: string) => `Nothing happens: ${reason}`,
  parked: (reason: string) => `It waits: ${reason}`,
  waiting: (reason: string) => `It waits: ${reason}`,
  noReason: 'no reason given.',
  requests: (count: number) => (count === 0 ? 'No requests' : `See the ${plural(count, 'request')}`),
};

/** The texts of the page about problems. */
const problemTexts = {
  title: 'Problems',
  none: 'No problems.',
  noneFailed: 'Nothing has failed.',
  noneHint:
    'What could not be done for a client appears here: what is missing, why, what to do first, and who is affected. Fix the cause, then retry everything with one click.',
  noneDemo: 'This is a demo, so you can cause a problem yourself, repair it, and see that nothing is lost.',
  breakSomething: 'Break something',
  head: (problems: number, total: number) =>
    `${plural(problems, 'problem')}: ${plural(total, 'action')} failed and won’t be retried automatically.`,
  viewer: 'You need the editor role to retry or dismiss.',
  heldSummary: (name: string, side: string) => `${side} is paused for ${name} until someone fixes the cause.`,
  waitsSummary: (name: string, side: string) => `${side} is paused for ${name} and resumes automatically.`,
  broken: (name: string, side: string) => `Something is wrong with ${side} for ${name}.`,
  nextTry: 'Next attempt',
  since: 'Since',
  last: 'last',
  noWords: 'The error text was deleted after the retention period.',
  todo: 'What to do first',
  affected: 'Affected',
  more: (count: number) => `and ${number(count)} more`,
  details: 'Technical details',
  error: 'Error',
  action: 'Action',
  actionTo: (what: string, side: string) => `${what} to ${side}`,
  replay: 'Retry …',
  discard: 'Dismiss …',
  urgency: {
    email: 'Emails affected',
    deal: 'Deal incomplete in Kommo',
    none: 'Nothing left to fix',
  } satisfies Record<FailureGroup['urgency'], string>,
  owner: {
    nobody: 'Nobody',
    'its cause': 'Fixed with its cause',
    operator: 'The person who runs Stagepost',
    'Kommo administrator': 'The Kommo administrator',
    'author of the rules': 'Whoever edits the rules',
    'sales team': 'The sales team',
  } as Record<string, string>,
  steps: {
    rule: (name: string) => `Edit “${name}”`,
    rules: 'Edit the rules',
    field: 'Create the field',
    connection: 'Check the connection',
    connections: 'Go to Connections',
    client: (name: string) => `See ${name}`,
  },
};

/** What waits while a side does not work. */
const waitingTexts = {
  who: (names: string) => `For ${names}.`,
  events: (count: number) => plural(count, 'stage change or report', 'stage changes and reports'),
  waits: (what: string, isMore: boolean) => `Waiting: ${what}${isMore ? ', and more' : ''}.`,
  kept: 'Nothing is lost: it goes out as soon as the connection works again.',
};

/** `Ann, Ben and 3 more`; `Ann and Ben` where these are all. @param total how many there are */
function listNames(names: readonly string[], total: number): string {
  const others = total - names.length;
  const parts = others > 0 ? [...names, `${number(others)} more`] : names;
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** What a sentence about a problem speaks of. */
export interface Happening {
  count: number;
  /** `Ann Lee, Ben Cruz and 1 more` */
  who: string;
  /** How many deals that are. */
  subjects: number;
  side: Side;
  /** What people call the actions; for kinds without a sentence. */
  names: { one: string; many: string };
  field: string | null;
}

/** What did not happen, by the kind of the action. */
const notDone: Record<string, (of: Happening) => string> = {
  note: (of) => `${plural(of.count, 'note')} on ${dealsOf(of)} ${was(of.count)} not written`,
  task: (of) => `${plural(of.count, 'task')} on ${dealsOf(of)} ${was(of.count)} not created`,
  close_task: (of) => `${plural(of.count, 'task')} on ${dealsOf(of)} ${was(of.count)} not closed`,
  set_field: (of) => `${fieldOf(of)} was not set on ${dealsOf(of)}`,
  tags: (of) => `The tags of ${dealsOf(of)} were not changed`,
  identify: (of) => `${of.who} ${was(of.subjects)} not updated in Customer.io`,
  track: (of) =>
    `${plural(of.count, 'event')} for ${of.who} ${was(of.count)} not sent to Customer.io, so no campaign started`,
  change_email: (of) => `The email of ${of.who} was not changed in Customer.io`,
  merge: (of) => `The profiles of ${of.who} were not merged in Customer.io`,
  remove_person: (of) => `${of.who} ${was(of.subjects)} not unsubscribed or removed in Customer.io`,
  lift_suppression: (of) => `The address of ${of.who} was not taken off the suppression list`,
};

function otherNotDone({ count, names, side, who }: Happening): string {
  return `${plural(count, names.one, names.many)} for ${who} did not reach ${sideLabels[side]}`;
}

const was = (count: number) => (count === 1 ? 'was' : 'were');
const dealsOf = ({ subjects, who }: Happening) => `${subjects === 1 ? 'the deal' : 'deals'} of ${who}`;
const fieldOf = ({ field }: Happening) => (field === null ? 'A field' : `The field “${field}”`);

/** Why it did not happen. @param text what the rule sets: `the note of “Demo scheduled”` */
const reasons = {
  text_too_long: (text: string) => `${text} is too long for Kommo`,
  text_empty: (text: string) => `${text} is empty for these deals`,
  value_type_mismatch: (text: string) => `${text} does not fit the type of the field`,
  field_missing: 'the field does not exist in Kommo',
  option_missing: (field: string | null) =>
    `${field === null ? 'the list field' : `the list field “${field}”`} in Kommo does not have the value`,
  choice_unknown: 'a field or a value is missing in Kommo',
  assignee_unavailable: 'the responsible user can no longer be given tasks',
  tag_refused: (text: string) => `Kommo does not accept ${text}`,
  deal_not_found: 'the deal no longer exists in Kommo',
  identifier_refused: 'Customer.io does not accept the email address or ID',
  payload_too_large: (text: string) => `${text} is too large for Customer.io`,
  previous_action_failed: 'an earlier step had failed',
  attempts_exhausted: (side: string) => `${side} did not answer for three days`,
  action_unreadable: 'a newer version of Stagepost has stored this',
  unauthorized: (side: string) => `${side} rejected our key`,
  refused: (side: string) => `${side} refused it`,
  refusedOf: (side: string, text: string) => `${side} refused ${text}`,
  failed: (side: string) => `${side} did not work`,
};

/** What a rule sets, by the kind of the action. */
const ruleParts: Record<string, string> = {
  note: 'the note',
  task: 'the task',
  set_field: 'the value',
  tags: 'a tag',
  track: 'the event data',
};
const otherPart = 'the text';
const wholeRules = 'a value of the rules';

const ofRule = {
  stages: (part: string, stage: string) => `${part} of “${stage}”`,
  reactions: (part: string, report: string) => `${part} for “${report}”`,
  inactivity: (part: string, start: string) => `${part} of the inactivity timer after “${start}”`,
} satisfies Record<NonNullable<FailureGroup['rule']>['part'], (part: string, name: string) => string>;

/** What did not happen and why: `1 note … was not written, because the deal no longer exists.` */
const notDoneBecause = (what: string, why: string) => `${what}, because ${why}.`;

/** What was not sent because of a problem. */
function alsoNotSent(what: readonly string[], count: number): string {
  return `Because of this, ${listNames(what, what.length)} ${was(count)} not sent either. Retrying includes ${count === 1 ? 'it' : 'them'}.`;
}

/** The texts of the page about held deals. */
const heldTexts = {
  title: 'Held deals',
  lead: 'Many deals entered a stage at once, as in an import or a bulk edit. Their events wait here, and no campaign starts until you decide. The first deals may have been sent before the limit was reached.',
  restored:
    'The database was restored from an earlier state. The events of these deals may have been sent already, before that. Look at the people in Customer.io: if it shows the event, send nothing.',
  backfill:
    'A backfill has found these deals in the stage. Somebody has asked for their events: decide here whether they are sent.',
  none: 'No deals are held.',
  noneHint:
    'When many deals enter a stage at once, as in an import or a bulk edit, their events wait here, so that nobody emails hundreds of clients by mistake. You choose which ones are sent. The usual limit is 100 deals a minute; you can change it in the rules.',
  viewer: 'You need the editor role to decide.',
  decided: 'Already decided',
  card: (held: number, stage: string) => `${plural(held, 'deal')} held in “${stage}”`,
  sendingCard: (stage: string) => `Sending the deals held in “${stage}”`,
  decidedCard: (deals: number, stage: string) => `${plural(deals, 'deal')} in “${stage}”`,
  growing: 'still growing',
  growingHint: 'Deals that enter the stage within 5 minutes of the last one are held, too.',
  facts: {
    why: 'Why',
    event: 'Event for Customer.io',
    stage: 'Stage',
    entered: 'Entered the stage',
    ranOut: 'Ran out',
    movedBy: 'Moved by',
    old: 'Too old',
    examples: 'Examples',
  },
  openInKommo: 'Open in Kommo',
  stageOf: (pipeline: string, stage: string) => `${pipeline} / ${stage}`,
  within: (time: string) => `within ${time}, the last`,
  atOnce: 'all at once,',
  movedByUnknown: 'Kommo doesn’t say',
  integration: 'an integration',
  user: (id: number) => `user ${id}`,
  userDeals: (name: string, deals: number) => `${name} (${number(deals)})`,
  firstThousand: 'of the first 1,000',
  old: (count: number) =>
    `${plural(count, 'deal')} entered the stage more than 72 hours ago. Customer.io starts no campaign for events that old.`,
  sendAll: (count: number) => `Send all ${number(count)} …`,
  sendOne: 'Send …',
  sendNone: 'Send none …',
  choose: 'Choose deals',
  closeChoice: 'Close the list',
  list: {
    label: 'Held deals to choose from',
    deal: 'Deal',
    entered: 'Entered the stage',
    movedBy: 'Moved by',
    pick: (deal: number) => `Choose deal ${deal}`,
    pickPage: 'Choose all on this page',
    pages: 'Pages of the list',
    previous: 'Previous',
    next: 'Next',
    page: (page: number) => `Page ${number(page)}`,
    chosen: (count: number, all: number) => `${number(count)} of ${number(all)} chosen`,
    chooseAll: (count: number) => `Choose all ${number(count)}`,
    clear: 'Choose none',
    send: (count: number) => `Send ${number(count)} …`,
    discard: (count: number) => `Send nothing for ${number(count)} …`,
    empty: 'Nothing is held here any more.',
  },
  send: {
    title: 'Send held deals',
    head: (count: number, event: string) =>
      `Customer.io gets “${event}” for the ${count === 1 ? 'client of 1 deal' : `clients of ${number(count)} deals`}.`,
    campaigns: 'Campaigns that start from this event may email them.',
    undone: 'This can’t be undone once it is sent.',
    order: 'Deals that change stage in the meantime go first.',
    contact: 'A deal without a contact with an email waits for one.',
    rest: (count: number) => `${plural(count, 'other deal stays', 'other deals stay')} held.`,
    time: 'Time of these events',
    keep: (count: number) =>
      `Keep the time of the stage change: ${plural(count, 'deal stays', 'deals stay')} held`,
    now: 'Use the time of sending: campaigns start for all of them',
    button: (count: number) => `Send ${number(count)}`,
    nothing: 'Nothing was sent: these deals are no longer held. Somebody else may have decided.',
  },
  discard: {
    title: 'Send nothing',
    lead: (count: number, event: string) =>
      `“${event}” will never be sent for ${plural(count, 'deal')}. The deals stay as they are in Kommo.`,
    whyHint: 'Saved with each deal and in the audit log. For example: “import of old clients”.',
    button: (count: number) => `Send nothing for ${number(count)}`,
    nothing: 'Nothing has changed: these deals are no longer held. Somebody else may have decided.',
  },
  progress: {
    label: 'Sending progress',
    sent: (done: number, all: number) => `${number(done)} of ${number(all)} sent`,
    sending: (count: number) => `${number(count)} being sent`,
    waiting: (count: number) => `${plural(count, 'waits', 'wait')} for a contact with an email`,
    failed: (count: number) => `${number(count)} failed`,
    seeFailures: 'See the problems',
    ended: (count: number) =>
      `${plural(count, 'deal needed no event', 'deals needed no event')}, for example because the deal was deleted or has no client to email`,
  },
  decisions: {
    label: 'Decisions',
    somebody: 'Somebody',
    sent: (who: string, count: number) => `${who} sent ${plural(count, 'deal')}`,
    withNow: 'with the time of sending',
    discarded: (who: string, count: number) => `${who} sent nothing for ${plural(count, 'deal')}`,
    gone: (count: number) =>
      count === 1
        ? '1 deal is no longer held, for example because it was deleted or moved on'
        : `${number(count)} deals are no longer held, for example because they were deleted or moved on`,
  },
  withOthers: (others: number) =>
    others === 0 ? 'Held for a decision' : `Held with ${plural(others, 'other')}`,
  decide: 'See the held deals',
};

type BackfillOutcome = keyof Backfill['counts']['deals'];

/** The texts of the page that brings existing clients to Customer.io. */
const backfillTexts = {
  title: 'Existing clients',
  lead: 'Stage rules only see deals that move. Here you bring the clients of deals that are in Kommo already to Customer.io, with their attributes. No campaign starts, and nothing is sent before you confirm the plan.',
  viewer: 'You need the editor role to plan or start.',
  form: {
    title: 'Which deals',
    stages: 'Pipelines or stages',
    stagesHint: 'Leave empty for all',
    created: 'Created',
    changed: 'Last changed',
    anyTime: 'Any time',
    ages: [
      { value: '30', label: 'In the last 30 days' },
      { value: '90', label: 'In the last 90 days' },
      { value: '365', label: 'In the last year' },
      { value: '1095', label: 'In the last 3 years' },
    ],
    owner: 'Responsible user',
    ownerHint: 'Name or email',
    field: 'Deal field',
    value: 'has the value',
    hasEmail: 'Skip deals without an email address',
    plan: 'Show the plan',
  },
  wholePipeline: (pipeline: string) => `${pipeline}: all stages`,
  states: {
    planning: 'Reading deals for the plan …',
    planned: 'Planned. Nothing has been sent.',
    running: 'Running',
    paused: 'Paused',
    stopped: 'Stopped',
    done: 'Done',
    failed: 'Failed',
  } satisfies Record<Backfill['state'], string>,
  connectionPaused: 'Waiting: the connection is paused',
  allDeals: 'All deals',
  conditions: (conditions: string[]) => `Deals ${conditions.join(', ')}`,
  card: (id: number) => `Backfill ${id}`,
  estimate: (read: number) => `An estimate from ${plural(read, 'deal')}.`,
  exact: 'All deals were read: these numbers are exact.',
  facts: {
    deals: 'Deals',
    profiles: 'New profiles',
    updates: 'Updated profiles',
    calls: 'API calls',
    time: 'Time',
  },
  about: (isExact: boolean, text: string) => (isExact ? text : `about ${text}`),
  profiles: (count: number, workspace: number | null) =>
    workspace === null
      ? `up to ${number(count)}`
      : `up to ${number(count)}; the workspace has ${number(workspace)} now`,
  calls: (kommo: number, customerio: number) =>
    `${number(kommo)} to Kommo, ${number(customerio)} to Customer.io`,
  timeAtLeast: (text: string) => `${text} or more; live changes always go first`,
  outcomesTitle: 'What happens with the deals',
  outcomes: {
    new: 'Client is added',
    updated: 'Client is updated',
    unchanged: 'Client is up to date',
    no_contact: 'Left out: no contact',
    contact_unread: 'Left out: Kommo doesn’t show the contact',
    no_email: 'Left out: no email address',
    invalid_email: 'Left out: no valid email address',
    opted_out: 'Left out: opted out',
    shared_address: 'Left out: another contact has the same address',
    duplicate: 'Left out: the client’s values come from another deal',
    deleted: 'Left out: deleted in Kommo',
    not_planned: 'Left out: couldn’t be processed',
    passed_over: 'Skipped: no email address',
  } satisfies Record<BackfillOutcome, string>,
  example: 'e.g.',
  deal: (id: number) => `deal ${id}`,
  download: 'Download who is left out (CSV)',
  eventsTitle: 'Campaigns',
  eventsLead:
    'No campaign starts by itself. For clients whose deals stand in one of these stages, you can also prepare the stage’s event. It waits under Held deals until you decide there.',
  eventOf: (title: string, event: string, deals: number) =>
    `${title}: “${event}” for ${plural(deals, 'deal')}`,
  start: (people: number, isExact: boolean) =>
    `Send ${isExact ? '' : 'about '}${plural(people, 'person', 'people')} to Customer.io`,
  startSure: (people: number, stages: number) =>
    `${plural(people, 'profile')} will be added or updated. ${
      stages === 0 ? 'No event is sent.' : `The events of ${plural(stages, 'stage')} are prepared and held.`
    }`,
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  stopSure: 'What was sent stays in Customer.io. The rest is not sent.',
  discard: 'Discard the plan',
  progress: (done: number, total: number) => `${number(done)} of ${number(total)} deals`,
  progressLabel: 'Progress',
  rate: (perSecond: number) => `${number(Math.max(1, Math.round(perSecond)))} a second`,
  left: (text: string) => `about ${text} left`,
  held: (title: string) => `The events of ${title} wait for your decision.`,
  seeHeld: 'See the held deals',
  before: 'Earlier',
  span(seconds: number): string {
    if (seconds < 90) return plural(Math.max(1, Math.ceil(seconds)), 'second');
    const minutes = Math.ceil(seconds / 60);
    return minutes < 100 ? plural(minutes, 'minute') : plural(Math.ceil(minutes / 60), 'hour');
  },
};

/** What became of the deals that entered stages. */
export interface EffectCounts {
  entered: number;
  emailed: number;
  opened: number;
}

/** The rules and their editor. */
const ruleTexts = {
  edit: {
    title: 'Edit rules',
    viewer: 'You need the editor role to edit rules. An admin can give it to you.',
    refused: 'These rules can’t be edited here.',
    toRules: 'See the rules',
    views: { form: 'Form', text: 'As text', try: 'Try it', compare: 'Compare', cases: 'Test cases' },
    unreadable: 'The text is not valid. Fix it in “As text” to get the form back.',
  },
  bar: {
    publish: 'Publish …',
    discard: 'Discard draft …',
    sureDiscard: 'All changes in this draft will be lost. The live rules stay as they are.',
    discardNow: 'Discard draft',
    checking: 'Checking …',
    notChecked: 'The draft could not be checked, so it can’t be published.',
    problems: (count: number) => `Fix ${plural(count, 'error')} to publish.`,
    warnings: (count: number) => `${plural(count, 'warning')}`,
    behind: (version: number) => `Version ${version} is newer: see the notice on this page.`,
    same: 'No changes yet. Nothing goes live until you publish.',
    ready: (count: number) =>
      count === 0
        ? 'Only formatting or comments have changed. Not published yet.'
        : `${plural(count, 'unpublished change')}. The draft is kept in this browser tab.`,
  },
  notices: {
    behindTitle: (version: number) => `Version ${version} was published while you were editing.`,
    behind: (version: number, basedOn: number) =>
      `Your draft is based on ${basedOn === 0 ? 'the rules before it' : `version ${basedOn}`} and has been kept. Check what changed in version ${version} first: if you overwrite it, all of its changes are replaced by your draft.`,
    catchUp: (version: number) => `Overwrite version ${version} with my draft`,
    seeOther: 'See what changed',
  },
  leave: {
    title: 'Leave your draft?',
    lead: 'It isn’t published. You can keep it in this browser tab for later, or discard it.',
    forget: 'Discard it',
    keep: 'Leave and keep it',
    stay: 'Stay on this page',
  },
  places: {
    rules: 'Rules',
    person: 'Person',
    clock: (nth: number) => `Timer ${nth}`,
    keys: {
      event: 'event',
      data: 'data',
      note: 'note',
      task: 'task',
      text: 'text',
      due: 'due',
      field: 'field',
      tags: 'tags',
      add: 'tags to add',
      remove: 'tags to remove',
      attributes: 'attribute',
      identify_by: 'identified by',
      id_prefix: 'prefix of contact IDs',
      merge: 'merging of profiles',
      when_email_removed: 'removed emails',
      when_contact_deleted: 'deleted contacts',
      contacts: 'contacts',
      deal: 'deal of reports',
      start: 'start',
      after: 'time',
      unless: 'stopped by',
      pipeline: 'pipeline',
      stage: 'stage',
      repeat: 'how often',
      machine_opens: 'machine opens',
      unmailable_clients: 'clients who can’t get email',
      once: 'how often',
      if: 'condition',
      delay: 'wait before sending',
      quiet_hours: 'quiet hours',
      when_left: 'deals that leave the stage',
      stop_when: 'also stopped when',
      skip_moves_after: 'late stage changes',
      wait_for_contact: 'waiting for a contact',
      bulk_guard: 'many deals at once',
      deals: 'deals',
      within: 'time',
      consent: 'opt-outs set in Kommo',
      from_crm: 'switch',
      contact_field: 'checkbox of the contact',
      topics: 'topics',
      opt_in_from_crm: 'taking opt-outs back',
    } as Record<string, string>,
  },
  item: { problems: (count: number) => plural(count, 'error') },
  rows: {
    add: 'Add a line',
    valueHint: 'e.g. deal.price',
    nameless: 'Enter a name, or remove the line.',
    twice: 'This name is already used.',
    nth: (what: string, nth: number) => `${what} ${nth}`,
    valueOf: (name: string) => `Value of ${name}`,
    remove: (name: string) => `Remove ${name}`,
  },
  liquid: {
    insert: 'Insert a value …',
    insertInto: (label: string) => `Insert a value: ${label}`,
    nothingFound: 'No match',
    names: {
      event: 'the name of the event',
      person: 'the person’s email or ID',
      subject: 'the subject of the email',
      campaign_name: 'the campaign’s name',
      newsletter_name: 'the newsletter’s name',
      broadcast_name: 'the broadcast’s name',
      message_name: 'the message’s name in its campaign',
      preferences_url: 'link to the client’s own preference page, valid for 24 hours',
    } as Record<string, string>,
  },
  stages: {
    lead: 'When a deal enters a stage with a rule, Stagepost sends the event to Customer.io, which starts the campaign.',
    add: 'Add a rule',
    addTo: (stage: string) => `Add a rule: ${stage}`,
    remove: 'Remove this rule',
    eventHint: 'The event that triggers the campaign in Customer.io, e.g. demo_scheduled.',
    dataHint:
      'Available in the campaign, e.g. {{ event.plan }}. A value is a path such as deal.price, a number, or a Liquid template.',
    dataName: 'Name in Customer.io',
    noteHint:
      'Written once Customer.io has accepted the event. Supports Liquid. If empty: “Event … sent to Customer.io for …”.',
    delay: 'Wait before sending',
    delayHint: 'E.g. 2h or 3d, at most 5d. If empty: at once.',
    quiet: 'Quiet hours',
    quietForAll: 'Quiet hours of all stages',
    quietHint:
      'No event goes out in these hours; it goes out when they end. In the time zone of the Kommo account.',
    quietStageHint: 'E.g. 21:00-08:00, or off. If empty: as for all stages.',
    whenLeft: 'If the deal leaves the stage before that',
    whenLeftHint: 'Only where the event waits.',
    whenLeftLabels: { drop: 'send nothing', send: 'send it all the same' },
    once: 'How often',
    onceHint: 'For deals that enter the stage again, and for clients with several deals.',
    onceLabels: {
      '': 'each time a deal enters the stage',
      deal: 'once per deal',
      person: 'once per client',
    },
    unmailable: 'Clients who can’t get email',
    unmailableHint: 'Unsubscribed, marked as spam, bounced, or without an address.',
    unmailableLabels: {
      send: 'send the event; the note says that no email goes out',
      skip: 'send nothing, write no note',
    },
    lost: 'Rules for stages that don’t exist in Kommo',
    lostHint:
      'The stage was renamed or removed in Kommo. Choose another stage for the rule, or remove the rule.',
    giveStage: 'Choose another stage',
    giveStageHint: 'Choose a stage',
    otherPipelines: (names: string[]) =>
      `${plural(names.length, 'pipeline')} without a rule: ${names.join(', ')}`,
    skip: 'Ignore stage changes older than',
    skipHint: 'E.g. 24h. If empty: 72h, the most Customer.io allows.',
    wait: 'Wait for a contact with an email for',
    waitHint: 'Some deals get their contact later. E.g. 2h, at most 72h, or off. If empty: 24h.',
  },
  guard: {
    label: 'Many deals at once',
    hint: 'If more deals than this enter a stage at once, as in an import, their events wait for your decision on the page “Held deals”.',
    usual: 'hold above 100 deals a minute (usual)',
    asForAll: 'as for all stages',
    kinds: { own: 'hold above another limit', off: 'never hold' },
    deals: 'More deals than',
    within: 'Within',
  },
  person: {
    identifyBy: 'People are identified by',
    identifyByHint: 'Changing this creates duplicate people in Customer.io.',
    identifyByLabels: { email: 'email', contact_id: 'the contact’s ID in Kommo' },
    idPrefix: 'Prefix of contact IDs',
    idPrefixHint: 'E.g. kommo-, if your product uses plain numbers as IDs in Customer.io. If empty: none.',
    idPrefixUnused: 'Has no effect, because people are identified by email. Empty it.',
    merge: 'When two profiles are one person',
    mergeHint: 'A contact’s email changed, or contacts were merged in Kommo. A merge can’t be undone.',
    mergeLabels: { on: 'merge them in Customer.io', off: 'keep both' },
    emailRemoved: 'When an email is removed in Kommo',
    emailRemovedHint: 'The client may have asked for it.',
    emailRemovedLabels: {
      clear: 'remove it in Customer.io',
      keep: 'keep it, with a warning',
      unsubscribe: 'unsubscribe the person',
    },
    contactDeleted: 'When a contact is deleted in Kommo',
    contactDeletedHint: 'Ten minutes later, unless the contact was merged or restored.',
    contactDeletedLabels: {
      keep: 'keep the person in Customer.io',
      unsubscribe: 'unsubscribe the person',
      delete: 'delete the person in Customer.io',
    },
    contacts: 'Contacts to email',
    contactsHint: 'Who is identified and gets the event.',
    contactsLabels: { main: 'the main contact only', all: 'all contacts' },
    deal: 'If a client has several open deals',
    dealHint: 'Where notes and tasks about their emails go. Statuses show on all of them.',
    dealLabels: {
      last_changed: 'the one that changed last',
      all: 'notes on all, the task on one',
    },
    dealInPipeline: (pipeline: string) => `one in ${pipeline}, if there is one`,
    attributes: 'Attributes',
    attributesHint:
      'Kept up to date as the deal and the contact change. The name in Customer.io and its value: a path, a number, or a Liquid template.',
  },
  reactions: {
    lead: 'What Stagepost does on the deal when Customer.io reports something about its client.',
    add: 'Add a reaction to',
    addHint: 'e.g. email_clicked',
    remove: 'Remove this reaction',
    nothingYet: 'does nothing yet',
    noteHint: 'Supports Liquid, e.g. {{ subject }} for the email’s subject. If empty: no note.',
    fields: 'Fields of the deal to set',
    fieldsHint:
      'If the field already has this value, the whole reaction is skipped, including its note, tags and task.',
    field: 'Field in Kommo',
    fieldValue: 'Text to write',
    repeat: 'How often',
    repeatHint: 'Counted per email and kind of report.',
    repeatLabels: { first: 'the first time only', every: 'every time' },
    machines: 'Opens and clicks by machines',
    machinesHint: 'Apple Mail Privacy Protection, Gmail and link scanners open emails before people do.',
    machinesLabels: { ignore: 'ignore', count: 'count like a person’s' },
  },
  conditions: {
    title: 'Only if',
    hint: 'What must be true of the deal when it enters the stage. Without a condition, every deal counts.',
    unreadable: 'The form cannot show this condition. Edit it in the text of the rules.',
    add: 'Add a condition',
    addGroup: 'Add a group',
    inGroup: (label: string, place: string) => `${label} to group ${place}`,
    group: (place: string) => `Group ${place}`,
    removeGroup: (place: string) => `Remove group ${place}`,
    mode: (place: string) =>
      place === '' ? 'How the conditions combine' : `Group ${place}: how its conditions combine`,
    modes: {
      all: 'All of these are true',
      any: 'At least one of these is true',
      none: 'None of these is true',
      not_all: 'Not all of these are true',
    },
    value: (place: string) => `Condition ${place}: value`,
    test: (place: string) => `Condition ${place}: comparison`,
    wanted: (place: string) => `Condition ${place}: compared with`,
    remove: (place: string) => `Remove condition ${place}`,
    listHint: 'Pro, Business',
    tests: {
      equals: 'is',
      one_of: 'is one of',
      contains: 'contains',
      at_least: 'is at least',
      at_most: 'is at most',
      empty: 'has a value:',
    },
    empty: { yes: 'no, it is empty', no: 'yes' },
  },
  tags: {
    add: 'Tags to add',
    addHint: 'Tags that don’t exist in Kommo yet are created.',
    remove: 'Tags to remove',
    removeHint: 'The deal’s other tags stay.',
    placeholder: 'Type a tag and press Enter',
  },
  task: {
    make: 'Create a task',
    makeHint: 'Assigned to the deal’s responsible user.',
    text: 'Task text',
    textHint: 'Supports Liquid.',
    due: 'Due in',
    dueHint: 'E.g. 2d or 4h. If empty: 1d. Whole days are due at the end of the day.',
  },
  clocks: {
    lead: 'Start a timer when a deal enters a stage. If the client doesn’t engage in time, send a follow-up event.',
    add: 'Add a timer',
    remove: 'Remove this timer',
    start: 'Starts with',
    startHint: 'An event that a stage sends.',
    after: 'Waits for',
    afterHint: 'E.g. 5 days, 36 hours or 90m.',
    unless: 'Stopped by',
    unlessHint:
      'The reports that count as engagement; any_engagement is every open, click, conversion and reply.',
    event: 'Then sends the event',
    eventHint: 'To Customer.io, about the same person.',
    stopWhen: 'Also stopped when',
    stopWhenHint: 'A deleted deal always stops it.',
    stopWhenLabels: {
      won: 'the deal is won',
      lost: 'the deal is lost',
      stage_left: 'the deal has left the stage',
      unsubscribed: 'the client is unsubscribed',
      bounced: 'the client’s address bounces',
    },
    unmailable: 'Clients who can’t get email',
    unmailableHint: 'Unsubscribed, marked as spam, or bounced.',
    unmailableLabels: {
      keep: 'keep the timer; the task says why there was no email',
      stop: 'stop the timer, and start none',
    },
  },
  text: {
    lead: 'The same draft in the format of stagepost.yaml. Changes here appear in the form, and vice versa.',
    label: 'Rules as text (YAML)',
    line: (line: number) => `Line ${number(line)}`,
  },
  try: {
    lead: 'See what happens to a client by the live rules and by your draft. Nothing is actually sent or stored.',
    kind: 'Try it on',
    deal: 'A deal',
    event: 'A recent event',
    whichDeal: 'Deal',
    noDeal: 'Choose a deal.',
    toStage: 'As if it moved to',
    toStageHint: 'Choose a stage',
    noStage: 'Choose a stage.',
    whichEvent: 'Event',
    whichEventHint: 'Choose an event',
    button: 'Show',
    looking: 'Checking …',
    wrong: 'The draft has errors. Until they are fixed, only the live rules are shown.',
    untouched: 'You haven’t changed anything yet, so only the live rules are shown.',
    same: 'The draft does the same.',
    result: 'What would happen',
  },
  decision: {
    now: 'Live rules',
    draft: 'Your draft',
    byRule: (rule: string) => `Rule: ${rule}`,
    nth: (nth: number, title: string) => `${nth}. ${title}`,
    problem: (problem: string) => `This request would fail: ${problem}`,
    requestsOf: (side: string) => `Requests: ${side}`,
    afterPrevious: 'after the previous one is accepted',
  },
  compare: {
    lead: (events: number) =>
      `Runs the last ${number(events)} events through your draft and through the live rules, and shows the differences. Nothing is sent.`,
    button: (events: number) => `Compare with the last ${number(events)} events`,
    untouched: 'Nothing to compare: you haven’t changed anything yet.',
    result: 'What would have turned out differently',
    head: (looked: number, different: number) =>
      different === 0
        ? `None of the last ${plural(looked, 'event')} would have turned out differently.`
        : `${number(different)} of the last ${plural(looked, 'event')} would have turned out differently.`,
    shown: (count: number) => `Showing the newest ${number(count)}.`,
    unknown: (count: number) =>
      `${plural(count, 'event', 'events')} could not be compared: the deal or person can no longer be read.`,
    otherContents: (request: string) => `Different contents: ${request}`,
  },
  renamed: {
    timers: (count: number, from: string) =>
      `${plural(count, 'timer starts', 'timers start')} with “${from}”, which no stage sends now.`,
    running:
      'Timers of clients that are already running after the former event do nothing when they run out.',
    campaigns: (names: string[], from: string) =>
      `${names.map((name) => `“${name}”`).join(', ')} in Customer.io still ${names.length === 1 ? 'waits' : 'wait'} for “${from}”.`,
    rename: (count: number, to: string) => `Start ${count === 1 ? 'it' : 'them'} with “${to}”`,
  },
  effects: {
    title: 'What is there already',
    stage: (deals: number, stage: string, isNew: boolean) =>
      `${plural(deals, 'deal is', 'deals are')} in “${stage}” now. ${deals === 1 ? 'It gets' : 'They get'} nothing: the ${isNew ? 'new' : 'changed'} rule applies to the next deal that enters the stage.`,
    waiting: (count: number) =>
      `${plural(count, 'stage change is', 'stage changes are')} waiting (for a contact, their time or a decision). ${count === 1 ? 'It follows' : 'They follow'} the new rules.`,
    running: (count: number, start: string) =>
      `${plural(count, 'timer is', 'timers are')} running after “${start}”.`,
    timer: {
      removed: 'They do nothing when they run out, because their rule is removed.',
      length: 'They keep their end; the new length applies to timers that start from now on.',
      stops: 'They are stopped by the same reports as before.',
      outcome: 'What they do when they run out follows the new rule.',
    } satisfies Record<PublishEffects['timers'][number]['changes'][number], string>,
  },
  publish: {
    title: 'Publish the draft',
    changes: 'What changes',
    noChanges: 'Nothing changes for deals and people; only formatting or comments differ.',
    note: 'Reason (optional)',
    noteHint: 'Saved with the version and in the audit log.',
    when: 'Applies to new events. Anything already processed stays as it is.',
    button: 'Publish',
    done: (version: number) => `Version ${version} is live.`,
    toRules: 'See the rules',
    conflictDraft: 'Your draft has been kept. Close this window to see what changed.',
  },
  effect: {
    title: 'Did it change anything?',
    stages: 'Stages before and after',
    version: 'Version',
    stage: 'Stage',
    /** How many deals entered the stages since the version, and as long before, and how many of them were emailed. */
    sentence: (span: string, after: EffectCounts, before: EffectCounts) =>
      `In the ${span} after publishing, ${number(after.emailed)} of ${plural(after.entered, 'stage change')} led to an email, and ${number(after.opened)} of these emails were opened. In the ${span} before, ${number(before.emailed)} of ${number(before.entered)} led to an email, and ${number(before.opened)} were opened.`,
    before: (count: string) => `before: ${count}`,
    share: (count: string, share: number) => `${count} (${percent(share)})`,
    hint: 'Deals that entered a stage with a rule after the version was published, until the next version and at most 30 days, beside the same length of time before. Emails of the last hours may still be opened.',
    none: (span: string) =>
      `No deal entered a stage with a rule in the ${span} after publishing, nor in the ${span} before.`,
  },
  versions: {
    title: 'Rule versions',
    toRules: 'See the live rules',
    none: 'Nothing has been published yet.',
    noneHint: 'The first version appears when someone edits the rules and publishes them.',
    viewer: 'You need the editor role to restore a version.',
    version: (version: number) => `Version ${version}`,
    runs: 'live',
    by: (name: string) => `by ${name}`,
    restored: (version: number) => `Restored from version ${version}`,
    noNote: 'no reason given',
    compare: 'Compare',
    compareOne: (version: number) => `Compare version ${version} with the newest`,
    restore: 'Restore …',
    restoreOne: (version: number) => `Restore version ${version}`,
    restoreTitle: (version: number) => `Restore version ${version}`,
    restoreNow: (version: number) => `Restore version ${version}`,
    conflict: 'Close this window and check the newest version first.',
    difference: 'Compare two versions',
    from: 'From',
    to: 'To',
    nothing: 'Nothing (before version 1)',
    sameText: 'The versions are identical.',
    onlyText: 'Only formatting or comments differ; deals and people are treated the same.',
    equalLines: (count: number) => `… ${plural(count, 'unchanged line')}`,
  },
};

/** The texts about the campaigns that events start. */
const coverageTexts = {
  column: 'Campaign it starts',
  running: 'running',
  draft: 'draft',
  stopped: 'stopped',
  none: 'No campaign',
  noRunning: 'No running campaign',
  notKnown: 'not known',
  more: (count: number) => `and ${number(count)} more`,
  opensCustomerio: (name: string) => `${name} (opens Customer.io)`,
  title: 'Campaigns in Customer.io',
  good: 'A running campaign starts from each event.',
  missing: (count: number) =>
    count === 1
      ? 'One event starts no running campaign.'
      : `${number(count)} events start no running campaign.`,
  read: 'Campaigns last read',
  notRead: 'The campaigns have not been read yet.',
  failed: 'Customer.io’s campaigns could not be read:',
  check: 'Check again',
  open: 'Open campaigns in Customer.io',
  others: (count: number) =>
    `${plural(count, 'event')} that ${count === 1 ? 'starts' : 'start'} campaigns, but that no rule sends`,
  othersHint:
    'Other systems may send them: your app, your website. Only if you expect an email here is something missing.',
  moreOthers: (count: number) => `${number(count)} more are not shown.`,
  onPublishHint: 'You can publish anyway and start the campaign later.',
};

/** The live preview of rules, and the deals that they are tried on. */
const previewTexts = {
  title: 'Preview with the deal of',
  lead: 'Below each text you see what it becomes for this deal. Nothing is sent or written.',
  hasNone: 'No deal has changed its stage yet. Find one by name to see what each text becomes.',
  dealHint: 'Type a name, a company or a deal number',
  searching: 'Searching …',
  noDeal: 'No deal matches.',
  number: (id: string) => `deal ${id}`,
  failed: (reason: string) => `The preview can’t be shown. ${reason}`,
  outcome: 'Becomes',
  empty: '(empty for this deal)',
  example: 'with example values, because no such report has arrived yet',
};

/** "Send it to me": the event of a rule for a test person. */
const sendTexts = {
  title: 'Send it to me',
  lead: (deal: string) =>
    `Sends this event with the data of ${deal} to a test person at Customer.io, so that you get the campaign’s real email. It reaches only the address below, and nothing is written to Kommo.`,
  limits:
    'Conditions, delays, quiet hours and “once” of the rule are not applied. The campaign’s own filters, waiting times and goals are.',
  address: 'Your email address',
  addressHint: 'One that no client has. Someone with a profile at Customer.io can add a tag: you+stagepost@…',
  button: 'Send the test',
  noDeal: 'Choose a deal above to send its data.',
  wrong: 'Fix the errors in the draft first.',
  sent: (event: string, to: string) => `Customer.io has accepted ${event} for ${to}.`,
  campaigns: (names: string[]) =>
    names.length === 1
      ? `It starts the campaign “${names[0]}”.`
      : `It starts the campaigns ${names.map((name) => `“${name}”`).join(', ')}.`,
  noCampaign: 'No running campaign starts from this event, so no email will come.',
  unknown: 'Stagepost doesn’t know which campaigns start from it: that needs an App API key.',
  what: 'See what was sent',
  person: (id: string) => `Profile at Customer.io: ${id}`,
  attributes: 'Attributes',
  data: 'Event data',
};

/** Test cases of rules. */
const caseTexts = {
  lead: 'Real events whose outcome should stay as it is. They run through your draft here, and again before you publish.',
  none: 'No test cases yet.',
  noneHint: 'Try the rules on a deal or an event under “Try it”, and save the result as a test case.',
  save: 'Save as a test case',
  saveHint:
    'Keeps the event, the client’s data as it is now, and what the live rules do. The data is kept until you delete the test case, or the deal or its contact is deleted in Kommo.',
  name: 'Name',
  nameHint: 'e.g. Lost deal of an unsubscribed client',
  saved: (name: string) => `“${name}” is saved. You find it under “Test cases”.`,
  head: (all: number, others: number) => {
    if (others === 0) return all === 1 ? 'The test case passes.' : `All ${number(all)} test cases pass.`;
    return `${number(others)} of ${plural(all, 'test case')} ${others === 1 ? 'does' : 'do'} not come out as expected.`;
  },
  judging: 'Running the test cases …',
  results: { same: 'passes', different: 'differs', unknown: 'can’t be judged' },
  unknown:
    'These rules need facts that this test case doesn’t hold, or another version of Stagepost saved it. Delete it, and save the event again.',
  by: (name: string) => `saved by ${name}`,
  expected: 'Expected',
  actual: 'Your draft',
  rename: 'Rename',
  renameOne: (name: string) => `Rename “${name}”`,
  renameTo: 'New name',
  delete: 'Delete …',
  deleteOne: (name: string) => `Delete “${name}”`,
  sureDelete: 'The test case and its data are deleted.',
  deleteNow: 'Delete',
  accept: 'Expect this from now on',
  acceptOne: (name: string) => `Expect this from now on: “${name}”`,
  tooMany: 'The first 20 that differ show how.',
  acceptAll: 'Publish although test cases differ',
  acceptAllHint: 'The reason below is required then, and kept in the audit log.',
  reason: 'Reason',
};

/** The texts about connections as a whole. Kept apart from `texts.ts` so that the first page does not load them. */
const connectionTexts = {
  source: { file: 'in the configuration file', console: 'managed here' } satisfies Record<
    ShownConnection['source'],
    string
  >,
  sourceHint: {
    file: 'Change it in stagepost.yaml, and restart Stagepost.',
    console: 'It is changed here, without a restart.',
  } satisfies Record<ShownConnection['source'], string>,
  workspace: (id: number | null) => (id === null ? 'Customer.io' : `Customer.io workspace ${id}`),
  polled: (seconds: number) =>
    `Stage changes are read from Kommo’s log every ${seconds} seconds, so campaigns start within ${seconds} seconds.`,
  useWebhooks: 'Use webhooks',
  useWebhooksHint:
    'If the Kommo plan has webhooks now, campaigns start within seconds. Nothing is lost by changing.',
  pausedSince: 'Paused',
  sharesKommo: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'has' : 'have'} the same Kommo account. Every stage change is handled by each of them: twice the notes, tasks and emails.`,
  sharesWorkspace: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'sends' : 'send'} to the same Customer.io workspace. A client of both is one person there, and an unsubscribe counts for both.`,
  pause: 'Pause',
  resume: 'Resume',
  remove: 'Remove',
  download: 'Download as file',
  label: (action: string, connection: string) => `${action}: ${connection}`,
  titles: {
    pause: (connection: string) => `Pause ${connection}?`,
    resume: (connection: string) => `Resume ${connection}?`,
    remove: (connection: string) => `Remove ${connection}?`,
  },
  keys: {
    button: 'Change the keys',
    title: (connection: string) => `Change the keys of ${connection}`,
    lead: 'Enter what is new. It is checked with the account first, and what was stored before stays in use until then.',
    inputs: {
      token: 'Long-lived token of Kommo',
      site_id: 'Site ID',
      api_key: 'Tracking API key',
      app_key: 'App API key',
      signing_key: 'Signing key',
    },
    oauth: 'Access to Kommo was granted in Kommo’s window, and needs no key here.',
    checking: 'Checking …',
    save: 'Check and save',
  },
  cancel: 'Cancel',
  find: 'Find a connection',
  none: 'No connection has this name.',
  more: (shown: number, all: number) =>
    `${number(shown)} of ${number(all)} connections. Type a name to find others.`,
  all: 'All connections',
  unreadable: {
    title: 'Connections that cannot be read',
    lead: 'They are in the database, and nothing is lost: Kommo and Customer.io repeat the webhooks of a connection that does not run.',
    stopped: (connection: string) => `${connection} does not run`,
    changed: (connection: string) => `${connection} runs as before its last change`,
  },
};

/** The texts of the wizard that makes a connection. Kept apart from `texts.ts` so that the first page does not load them. */
const setupTexts = {
  title: 'Connect Kommo and Customer.io',
  titleOf: (name: string) => `Connect ${name}`,
  steps: 'Steps',
  stepDone: 'done',
  stepLabels: { kommo: 'Kommo', customerio: 'Customer.io', rules: 'Rules', finish: 'Finish' },
  back: 'Back',
  check: 'Check',
  checkAgain: 'Check again',
  continue: 'Continue',
  needed: (what: string) => `Still needed: ${what}`,
  copy: (what: string) => `Copy ${what}`,
  open: 'Open the page',
  levelLabels: { good: 'OK', note: 'Note', warning: 'Warning', problem: 'Problem' },
  onlyAdmins: 'Only an admin can add a connection',
  onlyAdminsHint:
    'A connection holds keys of both accounts. Ask an admin to add it; it then shows up on your pages by itself.',
  gone: 'There is no setup with this name',
  goneHint: 'It was finished or deleted, perhaps in another window.',
  toConnections: 'See the connections',
  toStart: 'Add a connection',

  start: {
    lead: 'Deals that move in Kommo start campaigns in Customer.io, and opens, clicks and unsubscribes show up on the deals. Connecting both takes about ten minutes.',
    needs: 'What you need',
    needList: [
      'A Kommo account in which you are an administrator',
      'A Customer.io workspace in which you may see the API keys',
    ],
    isSafe: 'Nothing runs before the last step, and you can leave at any time and come back.',
    url: 'Address of your Kommo account',
    urlHint: 'As it stands in the browser when you are signed in to Kommo.',
    name: 'Name of the connection',
    nameHint:
      'Small letters, digits, - and _. It is part of the webhooks’ addresses and cannot be changed later.',
    noName: 'Enter a name, such as acme.',
    badName: 'Use small letters, digits, - and _ only, beginning with a letter or digit.',
    takenName: 'There is a connection or a setup with this name. Choose another one.',
    button: 'Start',
    noPublicUrl:
      'Stagepost does not know the address at which Kommo and Customer.io reach it. You can begin, and before the last step it must run with --public-url https://your-host.',
    unfinished: 'Not finished yet',
    unfinishedNext: (step: string) => `Next: ${step}`,
    begun: (by: string) => `begun by ${by}`,
    resume: 'Continue',
    resumeLabel: (name: string) => `Continue with ${name}`,
    remove: 'Delete',
    removeLabel: (name: string) => `Delete the setup of ${name}`,
    sure: (name: string) =>
      `The answers and keys for ${name} are deleted. Nothing in Kommo or Customer.io changes.`,
  },

  secret: {
    stored: 'Stored, encrypted',
    replace: 'Replace',
    replaceLabel: (label: string) => `Replace: ${label}`,
    show: (label: string) => `Show ${label}`,
  },

  kommo: {
    title: 'Let Stagepost into Kommo',
    lead: 'Stagepost reads deals and contacts, and writes notes, tasks and field values.',
    missing: 'Kommo is not connected yet.',
    checking: 'Checking with Kommo …',
    ways: 'How',
    wayLabels: {
      button: 'One click',
      integration: 'Your own integration',
      code: 'A code from Kommo',
      token: 'A long-lived token',
    },
    token: 'Long-lived token',
    tokenWhere: 'Where do I get the token?',
    tokenClicks: [
      'In Kommo, open Settings > Integrations and click “Create integration” at the top right.',
      'Choose “Private integration”, and leave “Redirect URL” empty.',
      'Tick “Allow access: All”, give it the name Stagepost, and save.',
      'Open the integration’s tab “Keys and scopes” and click “Generate long-lived token”.',
      'Choose the latest end that Kommo offers, copy the token and paste it here. Kommo shows it only once.',
    ],
    connect: 'Connect Kommo',
    connectHint:
      'Kommo opens here. Sign in as an administrator, choose the account and allow access; Kommo then leads you back.',
    allow: 'Allow access in Kommo',
    allowHint: 'Kommo opens here and asks whether Stagepost may have access; it then leads you back.',
    waiting: 'Waiting for Kommo …',
    otherWay: 'Use another way',
    integrationClicks: [
      'In Kommo, open Settings > Integrations, click “Create integration” and choose “Private integration”.',
      'Enter the addresses below, tick “Allow access: All”, give it the name Stagepost, and save.',
      'Open the integration’s tab “Keys and scopes”, and copy the integration ID and the secret key to here.',
    ],
    redirectUri: 'Redirect URL',
    disconnectUri: 'Notification of revoked access',
    noAddress: 'It follows when Stagepost knows its public address.',
    clientId: 'Integration ID',
    clientSecret: 'Secret key',
    saveIntegration: 'Save',
    integrationStored: 'The integration is stored.',
    code: 'Authorization code',
    codeHint: 'From the tab “Keys and scopes”. It works once, and for twenty minutes.',
    useCode: 'Use the code',
    facts: 'What Kommo says',
    account: 'Account',
    number: (id: number) => `number ${id}`,
    place: 'Currency, time zone',
    user: 'Access granted by',
    admin: 'administrator',
    notAdmin: 'not an administrator',
    validUntil: 'Access ends',
    renewed: 'Renewed automatically',
    unknownEnd: 'Kommo does not say',
    changes: 'Stage changes arrive by',
    changesLabels: {
      webhooks: 'webhook, within seconds',
      polling: 'Kommo’s log, read every 20 seconds',
    },
    polling: 'Read Kommo’s log instead',
    pollingHint:
      'This Kommo plan sends no webhooks. Stagepost can read the list of changes instead: campaigns then start within 20 seconds.',
  },

  customerio: {
    title: 'Let Stagepost into Customer.io',
    lead: 'Stagepost sends people and events to one workspace, and receives reports about its emails.',
    checking: 'Checking with Customer.io …',
    tracking: 'Sending people and events',
    siteId: 'Site ID',
    apiKey: 'Tracking API key',
    trackingWhere: 'Where are they?',
    trackingClicks: [
      'In Customer.io, open the workspace that sends the emails.',
      'Open Settings > Account Settings > API Credentials; in newer accounts it is in the workspace settings.',
      'Under “Tracking API Keys”, create a key for this workspace, and copy its Site ID and API key.',
    ],
    region: 'Data center',
    regionLabels: { us: 'United States', eu: 'Europe' },
    workspace: 'Workspace',
    seeWorkspace: 'open it',
    campaigns: 'Campaigns and reports',
    appKey: 'App API key',
    appKeyOptional: 'optional',
    appKeyHint:
      'With it Stagepost creates the reporting webhook by itself, says which campaign starts from which stage, and shows campaigns by name.',
    appKeyWhere: 'Where is it?',
    appKeyClicks: [
      'Open the same page, API Credentials, and there “App API Keys”.',
      'Create a key with the name Stagepost for this workspace, and copy it. Customer.io shows it only once.',
    ],
    reporting: 'Reports about emails',
    byApi: 'Stagepost creates the reporting webhook in the last step, with the App API key.',
    prepareWhy:
      'The signing key stands on the page of a reporting webhook. If the workspace has none yet, Stagepost can create its own now, switched off, and switch it on in the last step.',
    prepare: 'Create the webhook now, switched off',
    prepared: (webhook: string) =>
      `The webhook “${webhook}” exists, switched off. Copy the signing key from its page; the last step switches the webhook on.`,
    byHand: 'Create a reporting webhook in Customer.io, with these values:',
    endpoint: 'Webhook URL',
    webhookName: 'Name',
    events: 'Events to tick',
    noEndpoint: 'The address follows when Stagepost knows its public address.',
    openPage: 'Open Customer.io',
    signing: 'Signing key',
    signingHint: 'With it Stagepost knows that a report really comes from Customer.io.',
    signingWays: 'How',
    signingPaste: 'Paste the key',
    signingAccount: 'Let Stagepost read it',
    signingClicks: [
      'Open Data & Integrations > Integrations > Reporting Webhooks, and a webhook there.',
      'Copy the signing key that its page shows.',
    ],
    signingWhere: 'Where is it?',
    serviceAccount: 'Token of a service account',
    serviceAccountHint:
      'Begins with sa_live_. Stagepost reads the signing key with it once, and does not keep the token. Delete the service account afterwards.',
    readOnce: 'Read from Customer.io',
  },

  rules: {
    title: 'What should happen?',
    lead: 'Choose what to begin with. Everything can be changed later on the page Rules.',
    recipes: 'Recipes',
    does: 'What happens',
    stagePlaceholder: 'Choose a stage',
    starts: (campaigns: string) => `starts ${campaigns}`,
    attributes: 'What Customer.io gets to know about people',
    attributesLead: (sample: string | null) =>
      sample === null
        ? 'Each line becomes an attribute of the person.'
        : `Each line becomes an attribute of the person. The examples are from the deal “${sample}”.`,
    attribute: 'Attribute in Customer.io',
    source: 'Field in Kommo',
    example: (value: string) => `such as ${value}`,
    startsHere: '(chosen below)',
    noExample: 'empty in this deal',
    of: { deal: 'Deal', contact: 'Contact', company: 'Company' },
    add: 'Add an attribute',
    removeLabel: (attribute: string) => `Remove ${attribute || 'this line'}`,
    use: 'Use these rules',
    saved: 'Saved',
    saving: 'Checking the rules …',
    pipelines: 'Your pipelines',
    incomplete: 'Fill in every field of the recipes and attributes that you chose, or remove them.',
    edited: 'The rules were edited as text. Choosing recipes or attributes here replaces the text.',
    replace: 'Replace the text with these choices',
    asText: 'See the rules as text',
    text: 'Rules',
    textHint: 'Usually you need not change this.',
    saveText: 'Use this text',
    line: (line: number) => `Line ${number(line)}`,
    nothing: 'Choose at least one recipe.',
  },

  events: {
    title: 'Which campaigns start',
    unknown: (event: string) => `It is not known which campaign starts from ${event}.`,
  },

  finish: {
    title: 'Ready to connect',
    running: 'Connecting …',
    doneTitle: 'Connected',
    waitingTitle: 'Almost there',
    lead: 'This is what Stagepost does when you click “Connect”. Each part can be repeated without doing anything twice.',
    leadRunning: 'Each part turns green when it is proven. You can leave this page and come back.',
    button: 'Connect',
    again: 'Try again',
    list: 'What is done',
    stateLabels: {
      waiting: 'not begun',
      running: 'in progress',
      done: 'done',
      person: 'needs you',
      failed: 'failed',
      skipped: 'not needed',
    },
    notYet: (step: string) => `First finish the step “${step}”.`,
    done: 'From now on, deals that move start campaigns.',
    next: 'What comes next',
    toNow: 'See the overview',
    toRules: 'Adjust the rules',
    toConnections: 'See the connection',
    toBackfill: 'Bring in the clients you already have',
  },
};

/** The texts of the page Alerts. Kept apart from `texts.ts` so that the first page does not load them. */
const alertTexts = {
  title: 'Alerts',
  lead: 'Who is told when something stops working, and when it works again. One message for each change; what changes together is one message.',
  none: 'Nobody is told yet',
  noneHint:
    'If Kommo refuses the token tonight, you only learn of it here. Add a receiver to stagepost.yaml and restart: Slack, mail, a webhook, or a task in Kommo.',
  example: 'What to write in stagepost.yaml',
  exampleText: `alerts:
  receivers:
    - name: team
      kind: slack
      target_url: \${SLACK_WEBHOOK_URL}
    - name: office
      kind: mail
      smtp_url: \${SMTP_URL}
      from: stagepost@example.com
      to: [ops@example.com]
    - name: sales
      kind: kommo_task
      user: Maria Lopez`,
  receivers: 'Receivers',
  kinds: {
    webhook: 'Webhook',
    slack: 'Slack',
    mail: 'Mail',
    kommo_task: 'Task in Kommo for',
  } satisfies Record<AlertReceiver['kind'], string>,
  gets: (what: string) => `Gets ${what}.`,
  levels: {
    broken: 'failures',
    warning: 'warnings',
    recovered: 'recoveries',
  } satisfies Record<AlertLevel, string>,
  about: 'about',
  topics: {
    health: 'health',
    dead_letters: 'failed actions',
    backlog: 'backlog',
    opt_outs: 'opt-outs',
    gaps: 'missed webhooks',
  } satisfies Record<AlertTopic, string>,
  everything: 'everything',
  of: (connections: string) => `only for ${connections}`,
  never: 'No message yet.',
  works: 'Last message delivered',
  testWorked: 'Last test delivered',
  fails: 'Not reached; the first failure was',
  nextAttempt: 'Next attempt',
  waiting: (count: number) => `${plural(count, 'change waits', 'changes wait')} to be sent.`,
  test: 'Send a test',
  testOf: (name: string) => `Send a test to ${name}`,
  delivered: (name: string) => `The test was accepted. Check that it has arrived at ${name}.`,
  notDelivered: 'The test did not arrive:',
  open: 'Ongoing problems',
  mute: 'Mute',
  muteOf: (name: string) => `Mute ${name}`,
  forHour: 'For 1 hour',
  forDay: 'For 1 day',
  forWeek: 'For 1 week',
  until: 'Until …',
  untilLabel: 'Muted until',
  untilHint: 'At most 30 days. In your time zone.',
  tooLate: 'Choose a time in the next 30 days.',
  cancel: 'Cancel',
  everywhere: 'all connections',
  installation: 'Stagepost itself',
  muted: 'Muted',
  mutedHint: 'Nothing of this is sent. What still lasts at the end is sent then.',
  mutedUntil: 'ends',
  mutedBy: (name: string) => `by ${name}`,
  everyReceiver: 'all receivers',
  everyProblem: 'every problem',
  unmute: 'End now',
  unmuteOf: (name: string) => `End now: ${name}`,
  messages: 'Last messages',
  noMessages: 'Nothing has been sent yet.',
  to: 'To',
  outcomes: { delivered: 'Delivered', failed: 'Failed' },
  attempts: (count: number) => `after ${plural(count, 'attempt')}`,
};

/** The texts of the demo board. Kept apart from `texts.ts` so that the first page does not load them. */
const boardTexts = {
  title: 'Demo board',
  lead: 'Kommo and Customer.io are simulated here. Move deals as the sales team would, read the emails as the clients would, and break what you like: Stagepost does the rest.',
  add: 'New deal',
  addName: 'Client',
  addHint: 'Leave it empty for any name.',
  addButton: 'Create',
  onlyDemo: 'The board is only available in the demo.',
  onlyDemoHint: 'Start it with: npx stagepost demo',
  choose: 'Select a deal to see its card and the client’s mailbox.',
  stage: 'Stage',
  starts: (event: string) => `starts ${event}`,
  startsNothing: (event: string) => `sends ${event}: no campaign listens to it`,
  scroll:
    'Scroll sideways for more stages. To move a deal without dragging, select it and choose a stage on its card.',
  /** In US dollars. */
  price: (dollars: number) => `$${number(dollars)}`,
  inKommo: 'In Kommo',
  noEntries: 'No notes or tasks yet.',
  note: 'Note',
  task: 'Task',
  mailbox: (email: string) => `Mailbox of ${email}`,
  noMails: 'No email yet. Move the deal to a stage that starts a campaign.',
  unread: 'not opened',
  notSent: {
    unsubscribed: 'Not sent: the client has unsubscribed.',
    suppressed: 'Not sent: an earlier email to this address bounced or was marked as spam.',
    bounced: (why: string) => `Bounced: ${why}`,
    other: (why: string) => `Not sent: ${why}`,
    noCampaign: (event: string) =>
      `No campaign in Customer.io is triggered by ${event}, so no email was sent.`,
  },
  marks: {
    opened: 'opened',
    machine_opened: 'opened by Apple Mail Privacy: ignored',
    clicked: 'clicked',
    converted: 'converted',
    unsubscribed: 'unsubscribed',
    spammed: 'marked as spam',
  } satisfies Record<MailMark, string>,
  acts: {
    open: 'Open',
    machine_open: 'Let Apple Mail Privacy open it',
    click: 'Click the link',
    convert: 'Do what the campaign wants (conversion)',
    unsubscribe: 'Unsubscribe',
    spam: 'Mark as spam',
    bounce: 'Bounce',
  } satisfies Record<MailAction, string>,
  more: (subject: string) => `More about “${subject}”`,
  footer: 'You get this email because you talk to our sales team.',
  why: 'What Stagepost did, and why',
};

const storyTexts = {
  title: 'The story',
  state: {
    ready: 'not started',
    playing: 'playing',
    paused: 'paused',
    ended: 'ended',
  } satisfies Record<Story['state'], string>,
  lead: 'Four clients from the first move to the last click. Each line is checked on the other side, with the time that it took. It has clients of its own: play with the others while it runs.',
  start: 'Start the story',
  resume: 'Go on',
  pause: 'Pause',
  next: 'Next step',
  replay: 'Play it again',
  scenes: 'Scenes',
  scene: (title: string) => title.replace(/^\d+\. /, ''),
  effect: {
    waiting: '…',
    seen: 'seen',
    missed: 'did not come, and nothing is under way any more',
    yours: 'you were quicker: you have changed this client yourself',
    skipped: 'not waited for',
  } satisfies Record<EffectState, string>,
  side: { kommo: 'Kommo', customerio: 'Customer.io' } satisfies Record<SideName, string>,
  ms: (ms: number) => `${number(ms)} ms`,
  slow: (ms: number, isBroken: boolean) =>
    `waiting for ${number(Math.round(ms / 1000))} s${isBroken ? ', until everything is repaired' : ''}`,
  show: 'Show this deal',
};

const outageTexts = {
  title: 'Break something',
  lead: 'Three deals go on moving while it is broken. Watch what waits, then repair it.',
  act: {
    kommo_token: 'Revoke Kommo’s token',
    customerio_away: 'Take Customer.io down',
    rate_limit: 'Kommo answers 429',
    signing_key: 'Wrong signing key',
    missing_field: 'Delete a field in Kommo',
    killed_server: 'Kill Stagepost (kill -9)',
  } satisfies Record<OutageKind, string>,
  broken: {
    kommo_token: 'Kommo refuses the token. Stage changes are stored, and nothing is thrown away.',
    customerio_away: 'Customer.io cuts every connection. Events wait and keep their order.',
    rate_limit: 'Kommo answers “too many requests” to everything. Stagepost slows down and waits.',
    signing_key:
      'Customer.io signs with a key that Stagepost does not know. Opens and clicks are refused, and Customer.io keeps them. Here it waits 5 s before it tries again; in real life an hour.',
    missing_field:
      'The deal field email_status is deleted in Kommo, and three clients unsubscribe. Kommo refuses to note it on their deals. Look at Problems: repair it here or create the field on Connections, then retry.',
    killed_server: 'Stagepost was killed in the middle of its work. It starts again by itself.',
  } satisfies Record<OutageKind, string>,
  repair: 'Repair',
  arrived: (arrived: number, all: number) => `${number(arrived)} of ${number(all)} have arrived`,
  recovering:
    'Repaired. What has waited is on its way: the longer it was broken, the longer Stagepost waits before it asks again, up to a minute.',
  proven: (all: number, took: string) =>
    `Nothing was lost: all ${number(all)} arrived within ${took} of the repair.`,
  touched: (deals: number) =>
    `You have changed ${plural(deals, 'of these deals', 'of these deals')} yourself: not counted.`,
  incomplete: (count: number) => `${number(count)} did not arrive, and nothing is under way any more.`,
  once: 'In order, and each once.',
  twice: (count: number) => `${plural(count, 'arrived twice', 'arrived twice')}.`,
  outOfOrder: 'Not in the order of the moves.',
  parcel: (what: string, deal: number, count: number) =>
    `${what}, deal ${deal}: ${count === 0 ? 'waiting' : count === 1 ? 'arrived' : `arrived ${number(count)} times`}`,
  overview: 'How Stagepost reports it',
  problems: 'See it in Problems',
  retry: 'The field is back. What Kommo has refused is sent again when you press Retry in Problems.',
};

const flowTexts = {
  label: 'What has passed through Stagepost',
  webhooks: (count: number) => plural(count, 'webhook'),
  reports: (count: number) => plural(count, 'report'),
  refused: (count: number) => `${number(count)} refused`,
  writes: (count: number) => plural(count, 'write'),
  calls: (count: number) => plural(count, 'call'),
  events: (count: number) => plural(count, 'event'),
  waiting: (count: number) => (count === 0 ? 'nothing waits' : `${number(count)} waiting`),
};

/** Texts of the picture of a connection: what passes between Kommo, Stagepost and Customer.io. */
const connectionFlowTexts = {
  label: (connection: string) => `What passes between Kommo and Customer.io through ${connection}`,
  kommo: 'deals and contacts',
  stagepost: 'your rules',
  customerio: 'campaigns and emails',
  stageChanges: 'stage changes',
  writes: 'notes, tasks, fields',
  events: 'people and events',
  reports: 'opens, clicks, opt-outs',
  states: {
    good: 'works',
    bad: 'does not work',
    waiting: 'on hold',
    nothing: 'not seen yet',
  },
};

const requestTexts = {
  unreachable: 'Stagepost cannot be reached. It may be restarting; this page retries automatically.',
  answered: (status: number) => `Stagepost answered ${status}.`,
};

/** Lengths of time and how long ago something was. */
const timeTexts = {
  justNow: 'just now',
  ago: (span: string) => `${span} ago`,
  in: (span: string) => `in ${span}`,
  ms: (count: number) => `${number(count)} ms`,
  s: (count: number) => `${number(count)} s`,
  /** With one decimal. */
  shortS: (count: number) => `${decimal(count)} s`,
  min: (count: number) => `${number(count)} min`,
  h: (count: number) => `${number(count)} h`,
  days: (count: number) => plural(count, 'day'),
  underOneSecond: 'under 1 s',
  /** In words, as rules are read. */
  long: {
    hours: (count: number) => plural(count, 'hour'),
    minutes: (count: number) => plural(count, 'minute'),
    seconds: (count: number) => plural(count, 'second'),
  },
};

export const en = {
  texts,
  requestTexts,
  timeTexts,
  sideLabels,
  roleLabels,
  outcomeLabels,
  mailStateLabels,
  reportObjects,
  reportMetrics,
  directionLabels,
  kindLabels,
  rangeLabels,
  metricLabels,
  searchTexts,
  missedLabels,
  missedHints,
  stepLabels,
  overviewTexts,
  activityTexts,
  callTexts,
  subjectTexts,
  decisionTexts,
  problemTexts,
  waitingTexts,
  listNames,
  notDone,
  otherNotDone,
  notDoneBecause,
  reasons,
  ruleParts,
  otherPart,
  wholeRules,
  ofRule,
  alsoNotSent,
  heldTexts,
  backfillTexts,
  ruleTexts,
  coverageTexts,
  previewTexts,
  sendTexts,
  caseTexts,
  connectionTexts,
  setupTexts,
  alertTexts,
  boardTexts,
  storyTexts,
  outageTexts,
  flowTexts,
  connectionFlowTexts,
};

/** The texts of a language. */
export type Texts = typeof en;
