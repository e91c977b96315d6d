import { z } from 'zod';
import { ATTRIBUTES, REPORT_VALUES } from '../domain/rules/paths.ts';
import type { KeyNotes } from './keys.ts';
import { REPORT_NAMES } from './reports.ts';
import { schema } from './schema.ts';
import { unwrap } from './shape.ts';

/** docs/configuration.md, made from the schema so that it cannot say anything else than the program does. */
export function renderReference(): string {
  return `${[INTRODUCTION, ...tables(schema, []), IN_CONSOLE, VARIABLES, VALUES, LIQUID, reports(), ERRORS].join('\n\n')}\n`;
}

/** What the headings of the tables say; a table without a heading here would be a key without a place. */
const TITLES: Record<string, string> = {
  '': 'The file',
  'connections.<name>': 'A connection',
  'connections.<name>.kommo': 'kommo',
  'connections.<name>.customerio': 'customerio',
  'connections.<name>.person': 'person',
  'connections.<name>.stages[]': 'stages',
  'connections.<name>.reactions.<report>': 'reactions',
  'connections.<name>.reactions.<report>.task': 'task',
  'connections.<name>.reactions.<report>.tags': 'tags',
  'connections.<name>.inactivity[]': 'inactivity',
};

function tables(of: z.core.$ZodType, path: string[]): string[] {
  const inner = unwrap(of);
  if (inner instanceof z.ZodRecord) return tables(inner.valueType, [...path, placeholder(path)]);
  if (inner instanceof z.ZodArray) return tables(inner.element, [...path.slice(0, -1), `${path.at(-1)}[]`]);
  if (!(inner instanceof z.ZodObject)) return [];
  const own = path.join('.');
  // The task of an inactivity rule and the tags of a stage have the keys of a reaction's.
  if (own.endsWith('inactivity[].task') || own.endsWith('stages[].tags')) return [];
  const title = TITLES[own];
  if (title === undefined) throw new Error(`reference.ts has no title for ${own}`);
  const heading = own === '' ? `## ${title}` : `### ${title}\n\n\`${own}\``;
  const below = Object.entries(inner.shape).flatMap(([key, value]) => tables(value, [...path, key]));
  return [[heading, table(inner.shape)].join('\n\n'), ...below];
}

function placeholder(path: string[]): string {
  return path.at(-1) === 'reactions' ? '<report>' : '<name>';
}

function table(shape: Record<string, z.core.$ZodType>): string {
  const rows = Object.entries(shape).map(([key, of]) => {
    const notes = z.globalRegistry.get(of) as KeyNotes | undefined;
    if (!notes?.description) throw new Error(`the key ${key} has no description`);
    const standard = notes.required ? '**required**' : shown(notes.default);
    const cells = [`\`${key}\``, notes.label, standard, notes.description];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| key | value | if left out | what it does |', '|---|---|---|---|', ...rows].join('\n');
}

/** A default of one word is what the file would say; one of several is a description. */
function shown(written: string | undefined): string {
  if (written === undefined) return 'none';
  const isWord = /^[\w-]+$/.test(written) && written !== 'none';
  return isWord ? `\`${written}\`` : written;
}

const INTRODUCTION = `# Configuration

<!-- Made by src/config/write-reference.ts from src/config/schema.ts. Change it there. -->

Stagepost reads one YAML file, \`stagepost.yaml\`. A complete one is
[examples/stagepost.yaml](../examples/stagepost.yaml). This is the smallest that does something:

\`\`\`yaml
connections:
  acme:
    kommo:
      url: \${KOMMO_URL}
      token: \${KOMMO_TOKEN}
      webhook_secret: \${KOMMO_WEBHOOK_SECRET}
    customerio:
      site_id: \${CUSTOMERIO_SITE_ID}
      api_key: \${CUSTOMERIO_API_KEY}
      signing_key: \${CUSTOMERIO_SIGNING_KEY}
    stages:
      - { pipeline: Sales, stage: Closed - won, event: deal_won }
\`\`\`

A key that Stagepost does not know is an error, so that no typing mistake goes unnoticed.
Durations are a whole number and a unit: \`5d\`, \`36h\`, \`90m\`, \`30s\`.
Pipelines, stages and fields can be given by name or by id. Upper and lower case make no difference
unless two names differ in nothing else. Where two have the same name, only the id will do.`;

const IN_CONSOLE = `## Rules in the console

With \`rules: console\` the keys \`person\`, \`stages\`, \`reactions\`, \`inactivity\` and \`skip_moves_after\` are kept in the
console, with every version of them, and a change needs no restart. They are written as here, one level up, and without
variables. A connection then is no more than this:

\`\`\`yaml
connections:
  acme:
    kommo: { url: https://acme.kommo.com, token: "\${KOMMO_TOKEN}", webhook_secret: "\${KOMMO_WEBHOOK_SECRET}" }
    customerio: { site_id: "\${CUSTOMERIO_SITE_ID}", api_key: "\${CUSTOMERIO_API_KEY}", signing_key: "\${CUSTOMERIO_SIGNING_KEY}" }
    rules: console
\`\`\`

[How it works](how-it-works.md#rules-in-the-console) tells how rules come from the file to the console and back.`;

const VARIABLES = `## Variables

| write | and get |
|---|---|
| \`\${NAME}\` | the environment variable; an error if it is not set |
| \`\${NAME:-text}\` | the variable, or \`text\` if it is not set or empty; \`\${NAME:-}\` may be empty |
| \`$\${\` | a plain \`\${\` |

Variables are put into values after the file has been read as YAML. A value can therefore hold any
characters: it never becomes a key, a list or a comment. Keys take no variables.
Between \`{ }\` or \`[ ]\` a variable stands in quotes: \`["\${NEW_KEY}", "\${OLD_KEY:-}"]\`.

YAML's own \`&name\` and \`*name\` repeat a value, such as one list of stages in several connections.`;

const owned = (owner: string, names: readonly string[]) =>
  `\`${names.map((name) => `${owner}.${name}`).join('`, `')}\``;

const VALUES = `## Values

An attribute of a person and the data of an event get their values from one of these:

| write | and get |
|---|---|
| ${owned('deal', ATTRIBUTES.deal)} | what the deal says; \`tags\` is a list, \`stage\` and \`pipeline\` are names, dates are unix seconds |
| \`deal.field.<name or id>\` | a custom field of the deal: \`deal.field.Plan\`, \`deal.field.Client type\`, \`deal.field.700100\` |
| ${owned('deal.responsible_user', ATTRIBUTES.responsible_user)} | the manager |
| ${owned('contact', ATTRIBUTES.contact)} | the person |
| \`contact.field.<name, id or code>\` | a custom field of the contact: \`contact.field.POSITION\` |
| ${owned('company', ATTRIBUTES.company)} | the company |
| \`company.field.<name or id>\` | a custom field of the company |
| \`42\`, \`9.5\`, \`true\`, \`false\` | this number or boolean, with or without quotes |
| \`'Hello {{ contact.name }}'\` | a Liquid text, which is always a text |
| \`'{{ "website" }}'\` | the fixed text \`website\` |

A path keeps the type of its value: a number stays a number, a checkbox is a boolean, a field of several
values is a list, a date is unix seconds. A plain word is an error, because it could as well be a
mistyped path.`;

const LIQUID = `## Liquid

The texts of notes, tasks, fields and tags are [Liquid](https://liquidjs.com/), as in Customer.io, over the same
names: \`{{ contact.first_name | default: "there" }}\`. A field whose name is not one word is written
\`{{ deal.field["Client type"] }}\`, exactly as Kommo spells it.

| in | also |
|---|---|
| the \`data\` of a stage | \`event\`: the name of the event |
| the \`note\` and \`tags\` of a stage | \`event\`, and \`person\`: whom it was sent for |
| reactions | \`${REPORT_VALUES.join('`, `')}\` |
| the task of \`inactivity\` | \`event\` |

To YAML, \`{{\` opens a map, so a text that starts with it stands in quotes. Syntax, filters and names are
checked when Stagepost starts. Texts cannot include other files.`;

function reports(): string {
  const objects = ['email', 'customer', 'sms', 'push', 'in_app', 'whatsapp', 'slack', 'webhook'];
  const rows = objects.map((object) => {
    const names = REPORT_NAMES.filter((name) => name.startsWith(`${object}_`));
    return `| ${object} | \`${names.join('`, `')}\` |`;
  });
  return [
    '## Reports',
    'The names that `reactions` and `unless` take. Customer.io sends those that its reporting webhook is subscribed to.',
    ['| of | names |', '|---|---|', ...rows].join('\n'),
  ].join('\n\n');
}

const ERRORS = `## When something is wrong

\`stagepost config check\` reads the file as \`serve\` does and shows every mistake at once:

\`\`\`
stagepost.yaml:39:45  connections.acme.stages[2].evnt: unknown key "evnt". Did you mean "event"?
  39 |       - { pipeline: Sales, stage: 12345680, evnt: proposal_sent }
     |                                             ^
\`\`\`

Names of pipelines, stages and fields are compared with the account as soon as Kommo can be reached.`;
