import { z } from 'zod';
import { ALERT_LEVELS, ALERT_TOPICS, RECEIVER_KINDS } from '../domain/alerts.ts';
import { type Secret, secret } from '../lib/secret.ts';
import { list, optional, required, type TextKind } from './keys.ts';
import { oneOf, secretText, wholeNumber } from './kinds.ts';

/** `alerts:` of stagepost.yaml: who is told when something is wrong. What one key alone does not show is in checks/alerts.ts. */

const receiverName: TextKind<string> = {
  label: 'a name',
  read: (text, refuse) =>
    /^[a-z0-9][a-z0-9_-]{0,62}$/.test(text)
      ? text
      : refuse(
          `"${text}" cannot be the name of a receiver`,
          'Use up to 63 small letters, digits, "-" and "_".',
        ),
};

/** An address that may hold a key, which no message shows. */
function secretUrl(protocols: string[], example: string): TextKind<Secret> {
  return {
    label: 'a secret address',
    read(text, refuse) {
      const url = URL.canParse(text) ? new URL(text) : null;
      const starts = protocols.map((protocol) => `${protocol}//`).join(' or ');
      if (!url || !protocols.includes(url.protocol) || url.hostname === '')
        return refuse(`must be an address that starts with ${starts}`, `Write it as ${example}.`);
      return secret(text);
    },
  };
}

const webUrl = secretUrl(['https:', 'http:'], 'https://hooks.example.com/stagepost');
const smtpUrl = secretUrl(['smtps:', 'smtp:'], 'smtps://user:password@smtp.example.com:465');

/** The secret of the signature: as long as a webhook secret, since it is guessed offline. */
const signingSecret: TextKind<Secret> = {
  label: 'a secret',
  read(text, refuse) {
    if (text.length < 16)
      return refuse('is too short: at least 16 characters', 'Make one with `openssl rand -hex 16`.');
    return secretText.read(text, refuse);
  },
};

const mailAddress: TextKind<string> = {
  label: 'a mail address',
  read: (text, refuse) =>
    /^(?:[^<>@,;:"\p{Cc}]+ )?<?[^\s<>@,;:"]+@[^\s<>@,;:"]+>?$/u.test(text)
      ? text
      : refuse('must be a mail address', 'Write it as name@example.com, or as Name <name@example.com>.'),
};

const userText: TextKind<string> = { label: 'a name or id', read: (text) => text };
const connectionText: TextKind<string> = { label: 'the name of a connection', read: (text) => text };

const receiver = z.strictObject({
  name: required(receiverName, 'The name of the receiver, unique.'),
  kind: required(
    oneOf(RECEIVER_KINDS),
    'How it is told: signed JSON to a `webhook`, an incoming webhook of `slack` (or Mattermost, Discord), `mail`, or a task in Kommo (`kommo_task`).',
  ),
  target_url: optional(webUrl, undefined, 'For `webhook` and `slack`: the address to post to.'),
  signing_secret: optional(
    signingSecret,
    undefined,
    'For `webhook`: the secret of its signature, at least 16 characters. Create one with `openssl rand -hex 16`.',
  ),
  smtp_url: optional(
    smtpUrl,
    undefined,
    'For `mail`: the server, as `smtps://user:password@smtp.example.com:465`. With `smtp://` the connection is encrypted by STARTTLS.',
  ),
  from: optional(mailAddress, undefined, 'For `mail`: the sender.'),
  to: list(mailAddress, 'For `mail`: who gets it.'),
  user: optional(userText, undefined, 'For `kommo_task`: the user who gets the task, by name or ID.'),
  connection: optional(
    connectionText,
    undefined,
    'For `kommo_task`: the connection whose Kommo account gets the task.',
    'the only connection',
  ),
  levels: list(
    oneOf(ALERT_LEVELS),
    '`recovered` is sent only where the receiver was told of the problem.',
    'all',
  ),
  connections: list(
    connectionText,
    'Only what concerns these connections. What concerns the whole installation goes to every receiver.',
    'all',
  ),
  about: list(
    oneOf(ALERT_TOPICS),
    '`health`: the lights of the console. `dead_letters` and `backlog`: at 50, 70, 90 and 100 per cent of a limit. `opt_outs`: an unsubscribe or bounce that could not be written. `gaps`: webhooks that never came, and whose stage changes were read from Kommo.',
    'all',
  ),
});

const limits = z.strictObject({
  dead_letters: optional(
    wholeNumber(1, 100_000, 'A limit of 0 would always be passed.'),
    100,
    'How many dead letters of a connection are 100 per cent.',
    '100',
  ),
  backlog: optional(
    wholeNumber(10, 1_000_000, 'Some items wait at any time.'),
    10_000,
    'How many waiting requests, events and actions of a connection are 100 per cent.',
    '10000',
  ),
});

export const alerts = z
  .strictObject({
    receivers: z.array(receiver).prefault([]).meta({
      description: 'Who is told. Each receiver has a name.',
      label: 'a list',
      default: 'none',
    }),
    limits: limits.prefault({}).meta({
      description: 'The limits of `dead_letters` and `backlog`.',
      label: 'keys',
      default: 'the defaults of its keys',
    }),
  })
  .prefault({})
  .meta({
    description:
      'Who is told when something is wrong, and when it is right again. [Alerts](alerts.md) has an example of each kind.',
    label: 'keys',
    default: 'nobody is told',
  });

/** The keys of each kind of receiver, besides those that all have. */
export const KEYS_OF_KIND = {
  webhook: { required: ['target_url', 'signing_secret'], optional: [] },
  slack: { required: ['target_url'], optional: [] },
  mail: { required: ['smtp_url', 'from', 'to'], optional: [] },
  kommo_task: { required: ['user'], optional: ['connection'] },
} as const;

export type ParsedAlerts = z.output<typeof alerts>;
