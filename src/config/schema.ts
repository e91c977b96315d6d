import { z } from 'zod';
import { alerts } from './alerts.ts';
import { list, oneOrMore, optional, required, value } from './keys.ts';
import {
  accountOrigin,
  apiOrigin,
  duration,
  eventName,
  liquidText,
  oneOf,
  pipelineOrStage,
  plainKey,
  reportName,
  secretText,
  source,
  webhookSecret,
  wholeNumber,
} from './kinds.ts';
import type { TextScope } from './templates.ts';

/*
 * The one description of stagepost.yaml: it checks the file, gives the types and writes
 * docs/configuration.md. What takes more than one key to judge is in checks.ts.
 */

const kommo = z.strictObject({
  url: required(accountOrigin, 'The address of the account, such as `https://acme.kommo.com`.'),
  token: required(secretText, 'The long-lived token of a private integration.'),
  webhook_secret: required(
    webhookSecret,
    'The last part of the webhook URL, because Kommo does not sign webhooks: at least 16 characters. Create one with `openssl rand -hex 16`.',
  ),
  requests_per_second: optional(
    wholeNumber(1, 7, 'Kommo accepts 7 requests a second, and blocks accounts that send more.'),
    7,
    'The maximum number of requests a second. Lower it if other integrations use the account too: Kommo accepts 7 from all of them together.',
    '7',
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
    'A key of the App API. With it Stagepost can find the deal of a person it has not sent itself, by the person’s attributes.',
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
  contacts: optional(
    oneOf(['main', 'all']),
    'main' as const,
    "Which of the deal's contacts: only the main one, or all.",
    'main',
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
        "Fields of the deal to set: the field's name or ID, and the text to write. If the field already has this text, the whole reaction is skipped, including its note, task and tags.",
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
  unless: required(reportName, 'The report that stops the timer, such as `email_opened`.'),
  event: required(eventName, 'The event to send to Customer.io when the timer runs out.'),
  task: task('inactivity')
    .optional()
    .meta({ description: "A task for the deal's responsible user.", label: 'keys', default: 'no task' }),
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
};

/** Rules alone, as the console keeps them. */
export const rulesSchema = z.strictObject(rulesShape);
export const RULE_KEYS = Object.keys(rulesShape);

const connection = z.strictObject({
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
  connections: z.record(z.string(), connection).meta({
    description:
      'Pairs of one Kommo account and one Customer.io workspace. Each has a name of small letters, digits, "-" and "_", which is part of the webhook URLs.',
    label: 'keys',
    required: true,
  }),
  retention: optional(
    duration('7d', '3650d'),
    90 * 86_400,
    'How long raw webhook bodies and other personal data are kept. At least `7d`: Customer.io repeats reports for that long.',
    '90d',
  ),
  alerts,
});

export type ParsedConfig = z.output<typeof schema>;
export type ParsedConnection = z.output<typeof connection>;
export type ParsedRules = z.output<typeof rulesSchema>;
