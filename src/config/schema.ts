import { z } from 'zod';
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
    'The last part of the webhook URL, because Kommo signs nothing: 16 characters or more. Make one with `openssl rand -hex 16`.',
  ),
  requests_per_second: optional(
    wholeNumber(1, 7, 'Kommo takes 7 requests a second, and blocks accounts that send more.'),
    7,
    'How many requests a second Stagepost sends at most. Lower it where other integrations use the account too: Kommo takes 7 in all.',
    '7',
  ),
});

const customerio = z.strictObject({
  region: optional(oneOf(['us', 'eu']), 'us' as const, 'Where the workspace lives.', 'us'),
  site_id: required(plainKey, 'The Site ID of the Track API.'),
  api_key: required(secretText, 'The API key that belongs to the Site ID.'),
  signing_key: oneOrMore(
    secretText,
    'The signing key of the reporting webhook. While a key is being rotated, a list of the old and the new one.',
  ),
  app_key: optional(
    secretText,
    undefined,
    'A key of the App API. With it Stagepost can look a deal up by the attributes of a person it does not know.',
  ),
  track_url: optional(apiOrigin, undefined, 'Another origin for the Track API than the one of the region.'),
  app_url: optional(apiOrigin, undefined, 'Another origin for the App API than the one of the region.'),
});

const person = z.strictObject({
  identify_by: optional(
    oneOf(['email', 'contact_id']),
    'email' as const,
    "What a person is known by in Customer.io: the email, or the id of Kommo's contact.",
    'email',
  ),
  contacts: optional(
    oneOf(['main', 'all']),
    'main' as const,
    "Who of the deal's contacts: the main one only, or all.",
    'main',
  ),
  attributes: z
    .record(z.string(), value(source('value')))
    .prefault({})
    .meta({
      description: 'The attributes of the person: the name in Customer.io, and where its value comes from.',
      label: 'keys with values',
      default: 'none',
    }),
});

const task = (scope: TextScope) =>
  z.strictObject({
    text: required(liquidText(scope), 'What the task says.'),
    due: optional(
      duration('1s', '3650d'),
      86_400,
      'How long the manager has. Whole days end with the day, in the time zone of the account.',
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
      description: 'What the event carries: names, and where their values come from.',
      label: 'keys with values',
      default: 'none',
    }),
  note: optional(
    liquidText('stage_note'),
    undefined,
    'The note on the deal that says the campaign was started. It may also use `event` and `person`.',
    "`Event '{{ event }}' sent to Customer.io for {{ person }}`",
  ),
  tags: tags('stage_note'),
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
        "Fields of the deal to set: the field's name or id, and the text to write. A field that already has the text counts as no change, and then there is no note, no task and no change of tags either.",
      label: 'keys with Liquid texts',
      default: 'none',
    }),
  tags: tags('reaction'),
  repeat: optional(
    oneOf(['first', 'every']),
    undefined,
    'Whether only the first such report of a message counts, or every one.',
    '`first` for `..._opened`, else `every`',
  ),
  machine_opens: optional(
    oneOf(['ignore', 'count']),
    'ignore' as const,
    'Opens by machines (Apple Mail Privacy, Gmail prefetch) and clicks by link scanners: whether they count as the person did it.',
    'ignore',
  ),
});

const inactivity = z.strictObject({
  start: required(eventName, 'An event of `stages`. Sending it starts the clock.'),
  after: required(duration('1s', '365d'), 'How long to wait.'),
  unless: required(reportName, 'The report that stops the clock, such as `email_opened`.'),
  event: required(eventName, 'The event to send to Customer.io when the time is over.'),
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
  person: person.prefault({}).meta(keys('Who the person is, as Customer.io shall know them.')),
  stages: z.array(stage).prefault([]).meta({
    description: 'Which stage starts which campaign: one event for a stage.',
    label: 'a list',
    default: 'none',
  }),
  reactions: z.record(z.string(), reaction).prefault({}).meta({
    description: 'What a report of Customer.io does to the deal: the name of the report, and what to do.',
    label: 'keys',
    default: 'none',
  }),
  inactivity: z.array(inactivity).prefault([]).meta({
    description: 'What to do when there is no sign of life after a campaign has started.',
    label: 'a list',
    default: 'none',
  }),
  skip_moves_after: optional(
    duration('1m', '72h'),
    72 * 3600,
    'After a stop Stagepost reads in Kommo which moves it has missed. A move that it hears of later than this after it happened starts no campaign; it is shown as skipped. At most `72h`: Customer.io starts no campaign for an older event.',
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
    'Where the rules are kept: in this file, by the keys below, or in the console, which keeps every version of them. With `console` none of the keys below may stand here; `stagepost config apply` brings them there.',
    'file',
  ),
  ...rulesShape,
});

export const schema = z.strictObject({
  connections: z.record(z.string(), connection).meta({
    description:
      'One Kommo account with one Customer.io workspace each, under a name of small letters, digits, "-" and "_". The name is part of the webhook URLs.',
    label: 'keys',
    required: true,
  }),
  retention: optional(
    duration('7d', '3650d'),
    90 * 86_400,
    'How long raw webhook bodies and other personal data are kept. At least `7d`: Customer.io repeats reports for that long.',
    '90d',
  ),
});

export type ParsedConfig = z.output<typeof schema>;
export type ParsedConnection = z.output<typeof connection>;
export type ParsedRules = z.output<typeof rulesSchema>;
