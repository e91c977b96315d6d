import { z } from 'zod';
import { STOP_CONDITIONS } from '../domain/rules/rules.ts';
import { alerts } from './alerts.ts';
import { condition } from './conditions.ts';
import { list, oneOrMore, optional, required, value } from './keys.ts';
import {
  accountOrigin,
  apiOrigin,
  diskSize,
  duration,
  durationOrOff,
  eventName,
  idPrefix,
  liquidText,
  oneOf,
  onOrOff,
  pipelineOrStage,
  plainKey,
  quietHours,
  secretText,
  source,
  stopReport,
  webAddress,
  webhookSecret,
  wholeNumber,
  wholeNumberOrOff,
} from './kinds.ts';
import type { TextScope } from './templates.ts';

/*
 * The one description of stagepost.yaml: it checks the file, gives the types and writes
 * docs/configuration.md. What takes more than one key to judge is in checks.ts.
 */

const oauth = z.strictObject({
  client_id: required(plainKey, "The integration's ID, from its tab *Keys and scopes*."),
  client_secret: required(secretText, "The integration's secret key, from the same tab."),
  redirect_uri: optional(
    webAddress,
    undefined,
    'The redirect URL of the integration, exactly as it stands in Kommo.',
    '`/oauth/kommo` below the address of `--public-url`',
  ),
});

const kommo = z.strictObject({
  url: required(accountOrigin, 'The address of the account, such as `https://acme.kommo.com`.'),
  token: optional(
    secretText,
    undefined,
    'The long-lived token of a private integration. Needed where there is no `oauth`.',
  ),
  oauth: oauth.optional().meta({
    description:
      'The private integration through which somebody grants access in Kommo, instead of a long-lived token. [Connect Kommo](connect-kommo.md) compares the ways.',
    label: 'keys',
    default: 'none',
  }),
  webhook_secret: required(
    webhookSecret,
    'The last part of the webhook URL, because Kommo does not sign webhooks: at least 16 characters. Create one with `openssl rand -hex 16`.',
  ),
  changes: optional(
    oneOf(['webhooks', 'polling']),
    'webhooks' as const,
    "How Stagepost learns of changes in Kommo. `webhooks`: Kommo reports them within seconds. `polling`: Stagepost reads Kommo's events log every `poll_every`, for plans without webhooks. [Accounts without webhooks](connect-kommo.md#accounts-without-webhooks) compares both.",
    'webhooks',
  ),
  poll_every: optional(
    duration('5s', '5m'),
    20,
    'Only with `changes: polling`: how often the events log is read. Each reading takes one call.',
    '20s',
  ),
  requests_per_second: optional(
    wholeNumber(1, 7, 'Kommo accepts 7 requests a second, and blocks accounts that send more.'),
    7,
    'The maximum number of requests a second. Lower it if other integrations use the account too: Kommo accepts 7 from all of them together.',
    '7',
  ),
  task_user: optional(
    pipelineOrStage,
    undefined,
    "Who gets the tasks of a deal whose responsible user is deactivated, or whom Kommo gives no tasks: a user's name, email or ID. Without it they go to the token's user.",
  ),
  directory: optional(
    oneOf(['on', 'off']),
    'on' as const,
    'Whether Stagepost keeps the email addresses of all contacts of the account with the IDs of their deals. With `on` the contacts are read in the background, 250 a call, and a report about somebody whom Stagepost has never sent finds the deal without a search in Kommo. With `off` nothing is kept, and such people are searched for one by one.',
    'on',
  ),
});

const customerio = z.strictObject({
  region: optional(oneOf(['us', 'eu']), 'us' as const, 'Where the workspace lives.', 'us'),
  site_id: required(plainKey, 'The Site ID of the Track API.'),
  api_key: required(secretText, 'The API key that belongs to the Site ID.'),
  signing_key: oneOrMore(
    secretText,
    'The signing key of the reporting webhook; a list of the old and the new one while a key is being rotated.',
  ),
  app_key: optional(
    secretText,
    undefined,
    'A key of the App API. With it Stagepost can find the deal of a person it has not sent itself, by the person’s attributes, read which topics a client has switched, and put links to clients’ preference pages into texts.',
  ),
  track_url: optional(apiOrigin, undefined, 'An origin for the Track API instead of the one of the region.'),
  app_url: optional(apiOrigin, undefined, 'An origin for the App API instead of the one of the region.'),
});

const person = z.strictObject({
  identify_by: optional(
    oneOf(['email', 'contact_id']),
    'email' as const,
    "What identifies a person in Customer.io: the email address, or the ID of Kommo's contact. A change creates new people in Customer.io.",
    'email',
  ),
  id_prefix: optional(
    idPrefix,
    '',
    "Only with `identify_by: contact_id`: comes before the contact's ID, as in `kommo-501`. Needed where the product identifies its users by plain numbers, too. A change creates new people in Customer.io; the old identifiers are still understood.",
    'none',
  ),
  merge: optional(
    oneOf(['on', 'off']),
    'on' as const,
    'Whether profiles in Customer.io are merged when their contacts were merged in Kommo, or the email of a contact changed. A merge cannot be undone.',
    'on',
  ),
  when_email_removed: optional(
    oneOf(['clear', 'keep', 'unsubscribe']),
    'clear' as const,
    'What happens in Customer.io when the email of a contact is removed in Kommo: the address is removed there, too; it stays, with a warning on the trace; or the person is unsubscribed. With `identify_by: email` the address cannot be removed, so `clear` warns as `keep` does.',
    'clear',
  ),
  when_contact_deleted: optional(
    oneOf(['keep', 'unsubscribe', 'delete']),
    'keep' as const,
    'What happens to a person whose last contact is deleted in Kommo, ten minutes later: nothing, the person is unsubscribed, or the profile is deleted. A deletion cannot be undone.',
    'keep',
  ),
  contacts: optional(
    oneOf(['main', 'all']),
    'main' as const,
    "Which of the deal's contacts: only the main one, or all.",
    'main',
  ),
  deal: optional(
    pipelineOrStage,
    'last_changed',
    "Which deal a report belongs to if its client has several open ones: `last_changed`, the one that changed last; a pipeline's name or ID, an open deal of that pipeline first; `all`, notes and tags on all of them, and the task on the one that changed last. With a pipeline the client's attributes also follow a deal of that pipeline, as long as one is open. What `field` shows is on every open deal in any case.",
    'last_changed',
  ),
  attributes: z
    .record(z.string(), value(source('value')))
    .prefault({})
    .meta({
      description: 'The attributes of the person: the name in Customer.io, and the source of its value.',
      label: 'keys with values',
      default: 'none',
    }),
});

const task = (scope: TextScope) =>
  z.strictObject({
    text: required(liquidText(scope), 'The text of the task.'),
    due: optional(
      duration('1s', '3650d'),
      86_400,
      'How long the manager has. With whole days the task is due at the end of the day, in the time zone of the account.',
      '1d',
    ),
  });

const tags = (scope: TextScope) =>
  z
    .strictObject({
      add: list(
        liquidText(scope),
        'Tags to add to the deal. A tag that does not exist in Kommo yet is created.',
      ),
      remove: list(liquidText(scope), 'Tags to remove from the deal.'),
    })
    .optional()
    .meta({
      description: "Tags of the deal to add and to remove, by name. The deal's other tags stay.",
      label: 'keys',
      default: 'none',
    });

/** `off` is short for `{ deals: off }`. */
const bulkGuard = z.preprocess(
  (raw, context) => {
    if (raw === 'off') return { deals: 'off' };
    if (typeof raw !== 'string' || raw === '') return raw;
    const hint = 'It has deals, within. Remove it for the usual limit.';
    context.addIssue({ code: 'custom', message: 'must be off, or have keys below it', params: { hint } });
    return {};
  },
  z.strictObject({
    deals: optional(
      wholeNumberOrOff(1, 100_000, 'Write bulk_guard: off to send whatever comes.'),
      100,
      'The most deals that may enter the stage within that time. When there are more, their events are held.',
      '100',
    ),
    within: optional(duration('1s', '1h'), 60, 'The time.', '1m'),
  }),
);

const stage = z.strictObject({
  pipeline: required(pipelineOrStage, 'The pipeline in Kommo.'),
  stage: required(pipelineOrStage, 'The stage of that pipeline. When a deal enters it, the event is sent.'),
  event: required(eventName, 'The event that starts the campaign in Customer.io.'),
  data: z
    .record(z.string(), value(source('stage_data')))
    .prefault({})
    .meta({
      description: 'The data of the event: names, and the sources of their values.',
      label: 'keys with values',
      default: 'none',
    }),
  note: optional(
    liquidText('stage_note'),
    undefined,
    'The note on the deal, written once Customer.io has accepted the event. It may also use `event` and `person`, and `client.mailable`, `client.state` and `client.reason`. For a client who cannot get email a note that uses none of the last three is replaced by one that says so.',
    "`Event '{{ event }}' sent to Customer.io for {{ person }}`",
  ),
  tags: tags('stage_note'),
  unmailable_clients: optional(
    oneOf(['send', 'skip']),
    'send' as const,
    'Clients who cannot get email: unsubscribed, complained of spam, bounced or suppressed, or without an address. `send`: Customer.io gets the event all the same, since a campaign can do more than email, and the note says that no email goes out. `skip`: nothing is sent and no note is written.',
    'send',
  ),
  if: condition(
    'What must be true of the deal when it enters the stage, such as `{ value: deal.field.Plan, equals: Pro }`; a list where all of several must hold. [Conditions](rules.md#conditions) has the tests. For another deal nothing is sent, and the trace says why.',
  ),
  delay: optional(
    duration('1s', '5d'),
    0,
    'How long after the stage change the event goes out. Until then the stage change waits, and the trace says until when; the deal is read again and judged as it is by then. For longer waits use a delay in the campaign.',
    'at once',
  ),
  quiet_hours: optional(
    quietHours,
    undefined,
    'Other `quiet_hours` for this stage, or `off`.',
    'as for the connection',
  ),
  when_left: optional(
    oneOf(['drop', 'send']),
    'drop' as const,
    'What becomes of an event that waits for its `delay` or for the end of the quiet hours when the deal leaves the stage: nothing is sent, or it is sent all the same.',
    'drop',
  ),
  once: optional(
    oneOf(['deal', 'person']),
    null,
    'How often the event is sent. `deal`: once for each deal, also when it enters the stage again. `person`: once for each client, whatever deals follow. Another name of the event counts as another campaign.',
    'with each entry into the stage',
  ),
  bulk_guard: bulkGuard.optional().meta({
    description: 'Another `bulk_guard` for this stage, or `off`.',
    label: 'keys, or `off`',
    default: 'as for the connection',
  }),
});

const reaction = z.strictObject({
  note: optional(liquidText('reaction'), undefined, 'A note on the deal.', 'no note'),
  task: task('reaction')
    .optional()
    .meta({ description: "A task for the deal's responsible user.", label: 'keys', default: 'no task' }),
  field: z
    .record(z.string(), value(liquidText('reaction')))
    .prefault({})
    .meta({
      description:
        "Fields of the deal to set: the field's name or ID, and the text that stands for what the report says. All open deals of the client show it. The reaction acts once for each change of the client: a report that changes nothing leads to no note, task or tags.",
      label: 'keys with Liquid texts',
      default: 'none',
    }),
  tags: tags('reaction'),
  repeat: optional(
    oneOf(['first', 'every']),
    undefined,
    'Whether only the first such report of a message counts, or every one.',
    '`first` for `..._opened`, otherwise `every`',
  ),
  machine_opens: optional(
    oneOf(['ignore', 'count']),
    'ignore' as const,
    'Whether opens by machines (Apple Mail Privacy, Gmail prefetch) and clicks by link scanners count like those of a person.',
    'ignore',
  ),
});

const inactivity = z.strictObject({
  start: required(eventName, 'An event of `stages`. Sending it starts the timer.'),
  after: required(duration('1s', '365d'), 'How long the timer runs.'),
  unless: oneOrMore(
    stopReport,
    'The report that stops the timer, such as `email_opened`, or a list of several. `any_engagement` stands for whatever a client does with a message: opens, clicks, conversions and replies on every channel.',
  ),
  event: required(eventName, 'The event to send to Customer.io when the timer runs out.'),
  stop_when: list(
    oneOf(STOP_CONDITIONS),
    'What also stops the timer. Of the deal: it is `won`, `lost`, or has left the stage that has started the timer (`stage_left`). Of the client: `unsubscribed`, also by a spam complaint, or `bounced`, when the current address does not take email. A deal that is deleted always stops it.',
  ),
  unmailable_clients: optional(
    oneOf(['keep', 'stop']),
    'keep' as const,
    'Clients who cannot get email: unsubscribed, complained of spam, bounced or suppressed. `keep`: the timer runs on, and its task says that the client gets no email. `stop`: no timer starts for them, and one that runs is stopped.',
    'keep',
  ),
  task: task('inactivity')
    .optional()
    .meta({ description: "A task for the deal's responsible user.", label: 'keys', default: 'no task' }),
});

const consent = z.strictObject({
  from_crm: optional(
    onOrOff,
    true,
    "Whether a user of Kommo can opt a client out. With `on`, setting a field of the deal to the value that the reaction `email_unsubscribed` (or one for another opt-out, or for a spam complaint) sets unsubscribes the deal's clients in Customer.io.",
    'on',
  ),
  contact_field: optional(
    pipelineOrStage,
    undefined,
    'A checkbox of the contact for clients who want no email, by name or ID. Ticking it has the same effect for this contact.',
    'no field',
  ),
  topics: list(
    eventName,
    'Topics of the subscription center, such as `topic_1`, to switch off instead. Without any the client is unsubscribed from everything.',
  ),
  opt_in_from_crm: optional(
    onOrOff,
    false,
    'Whether a user of Kommo can take an opt-out back. With `off` the field is set back to what holds. With `on` the client is subscribed again in Customer.io, and the ledger keeps who did it. Only a consent that you can prove may be entered in this way.',
    'off',
  ),
});

const keys = (description: string, isRequired = false) => ({
  description,
  label: 'keys',
  ...(isRequired ? { required: true } : { default: 'the defaults of its keys' }),
});

/** What a connection does, apart from its access to both sides: the keys that the console can keep instead of the file. */
const rulesShape = {
  person: person.prefault({}).meta(keys('Who is identified in Customer.io, and with which attributes.')),
  stages: z.array(stage).prefault([]).meta({
    description: 'Which stage starts which campaign: one event for each stage.',
    label: 'a list',
    default: 'none',
  }),
  reactions: z.record(z.string(), reaction).prefault({}).meta({
    description:
      'What to do on the deal when Customer.io reports something: the name of the report, and the reaction.',
    label: 'keys',
    default: 'none',
  }),
  inactivity: z.array(inactivity).prefault([]).meta({
    description: 'What to do when the client does not react in time after a campaign has started.',
    label: 'a list',
    default: 'none',
  }),
  skip_moves_after: optional(
    duration('1m', '72h'),
    72 * 3600,
    'After a stop Stagepost reads the missed stage changes from Kommo. One that is older than this starts no campaign and is shown as skipped. At most `72h`: Customer.io starts no campaign for an older event.',
    '72h',
  ),
  wait_for_contact: optional(
    durationOrOff('1s', '72h'),
    86_400,
    'How long an event waits for its client. A deal can enter a stage before it has a contact with an email: form tools create the deal first. The event is sent when the contact appears, with the time of the stage change. `off`: nothing is sent for such a deal. At most `72h`: Customer.io starts no campaign for an older event.',
    '24h',
  ),
  quiet_hours: optional(
    quietHours,
    null,
    'The part of each day in which no stage sends its event, in the time zone of the Kommo account, such as `21:00-08:00`. The events of stage changes in that time go out at its end, and so do those of the inactivity timers that a stage starts.',
    'none',
  ),
  consent: consent
    .prefault({})
    .meta(keys('What an opt-out that somebody sets in Kommo does at Customer.io.')),
  bulk_guard: bulkGuard.prefault({}).meta({
    description:
      'Holds the events of an import or a bulk edit. When very many deals enter one stage at once, their events wait until somebody decides, on the page *Held deals* of the console or with `stagepost held list`. `off`: they are sent like all others.',
    label: 'keys, or `off`',
    default: 'the defaults of its keys',
  }),
};

/** Rules alone, as the console keeps them. */
export const rulesSchema = z.strictObject(rulesShape);
export const RULE_KEYS = Object.keys(rulesShape);

export const connectionSchema = z.strictObject({
  kommo: kommo.meta(keys('The account in Kommo.', true)),
  customerio: customerio.meta(keys('The workspace in Customer.io.', true)),
  rules: optional(
    oneOf(['file', 'console']),
    'file' as const,
    'Where the rules are kept: in this file, in the keys below, or in the console, which keeps every version of them. With `console` none of the keys below may be in the file; `stagepost config apply` brings them to the console.',
    'file',
  ),
  ...rulesShape,
});

export const schema = z.strictObject({
  connections: z.record(z.string(), connectionSchema).prefault({}).meta({
    description:
      'Pairs of one Kommo account and one Customer.io workspace. Each has a name of small letters, digits, "-" and "_", which is part of the webhook URLs. Further ones can be kept in the database.',
    label: 'keys',
    default: 'none',
  }),
  retention: optional(
    duration('7d', '3650d'),
    90 * 86_400,
    'How long raw webhook bodies and other personal data are kept. At least `7d`: Customer.io repeats reports for that long.',
    '90d',
  ),
  database_size_limit: optional(
    diskSize,
    undefined,
    'How large the database may become, such as `50GB`: the part of the PostgreSQL server’s disk that it may use, which Stagepost cannot see. A light warns when the database is nearly as large, and when it will be within 30 days. Without it only the embedded database is watched, by the free space of its disk.',
  ),
  kommo_requests_per_second: optional(
    wholeNumber(1, 1_000, 'It is the sum for all connections and processes.'),
    undefined,
    'The most calls a second to Kommo of all connections together, for installations whose connections leave through one address: Kommo documents its 7 calls a second for each IP address. [Scaling](scaling.md#one-address-for-many-accounts) says when to set it.',
    'each account on its own',
  ),
  alerts,
});

export type ParsedConfig = z.output<typeof schema>;
export type ParsedConnection = z.output<typeof connectionSchema>;
export type ParsedRules = z.output<typeof rulesSchema>;
