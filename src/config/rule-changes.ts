import type { ValueSource } from './sources.ts';
import type {
  InactivityConfig,
  ReactionConfig,
  RuleContents,
  StageConfig,
  TagConfig,
  TaskConfig,
} from './types.ts';

/** The most sentences, and the longest one: what nobody reads would only make answers long. */
const MAX_CHANGES = 200;
const MAX_SENTENCE = 2_000;

/**
 * The differences between two versions of rules, one sentence each for the author of campaigns; empty if they do the same.
 * At most 200, and a last one that says how many others there are.
 */
export function ruleChanges(before: RuleContents, after: RuleContents): string[] {
  const all = allChanges(before, after);
  const others = all.length - MAX_CHANGES;
  const shown = all
    .slice(0, MAX_CHANGES)
    .map((text) => (text.length > MAX_SENTENCE ? `${text.slice(0, MAX_SENTENCE).toWellFormed()}…` : text));
  return others > 0 ? [...shown, `And ${others} more changes.`] : shown;
}

function allChanges(before: RuleContents, after: RuleContents): string[] {
  return [
    ...personChanges(before.person, after.person),
    ...changesOf(before.stages, after.stages, stageKey, STAGE),
    ...changesOf(before.reactions, after.reactions, ({ name }) => name, REACTION),
    ...changesOf(before.inactivity, after.inactivity, ({ start }) => start, INACTIVITY),
    ...changed(
      'The age after which stage changes are ignored is',
      durationText,
      before,
      after,
      'skipMovesAfterSeconds',
    ),
  ];
}

/** The sentences about the changes of one kind of rule. */
interface Sentences<T> {
  added(item: T): string;
  removed(item: T): string;
  changed(before: T, after: T): string[];
}

function changesOf<T>(
  before: T[],
  after: T[],
  keyOf: (item: T) => string,
  sentences: Sentences<T>,
): string[] {
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const now = new Map(after.map((item) => [keyOf(item), item]));
  const kept = [...now].flatMap(([key, item]) => {
    const was = old.get(key);
    return was ? sentences.changed(was, item) : [sentences.added(item)];
  });
  const gone = before.filter((item) => !now.has(keyOf(item)));
  return [...kept, ...gone.map(sentences.removed)];
}

type Person = RuleContents['person'];

function personChanges(before: Person, after: Person): string[] {
  const identifiers = { email: 'the email address', contact_id: 'the contact ID' };
  const contacts = { main: 'only the main contact of a deal', all: 'all contacts of a deal' };
  return [
    ...changed(
      'The identifier of people is',
      (by: Person['identifyBy']) => identifiers[by],
      before,
      after,
      'identifyBy',
    ),
    ...changed(
      'The contacts to email are',
      (which: Person['contacts']) => contacts[which],
      before,
      after,
      'contacts',
    ),
    ...valueChanges('Attribute', before.attributes, after.attributes),
  ];
}

const stageKey = ({ pipeline, stage }: StageConfig) =>
  JSON.stringify([pipeline, stage].map((name) => name.trim().toLowerCase()));

const stageName = ({ pipeline, stage }: StageConfig) => `${pipeline} / ${stage}`;

const STAGE: Sentences<StageConfig> = {
  added: (rule) => `${stageName(rule)}: a new rule sends "${rule.event}".`,
  removed: (rule) => `${stageName(rule)}: the rule was removed; it sent "${rule.event}".`,
  changed: (before, after) => {
    const name = stageName(after);
    return [
      ...changed(`${name}: the event is`, quoted, before, after, 'event'),
      ...valueChanges(`${name}: the event data`, before.data, after.data),
      ...changed(`${name}: the note is`, noteText('the default text'), before, after, 'note'),
      ...tagChanges(name, before.tags, after.tags),
      ...changed(
        `${name}: clients who cannot get email are`,
        unmailableText,
        before,
        after,
        'unmailableClients',
      ),
    ];
  },
};

const unmailableText = (choice: StageConfig['unmailableClients']) =>
  choice === 'skip' ? 'left out' : 'sent to Customer.io';

const REACTION: Sentences<ReactionConfig> = {
  added: (reaction) => `${reaction.name}: a new reaction${listed(partsOf(reaction))}.`,
  removed: ({ name }) => `${name}: the reaction was removed.`,
  changed: (before, after) => {
    const { name } = after;
    return [
      ...changed(`${name}: the note is`, noteText('none'), before, after, 'note'),
      ...taskChanges(name, before.task, after.task),
      ...valueChanges(`${name}: the field`, before.fields, after.fields),
      ...tagChanges(name, before.tags, after.tags),
      ...changed(`${name}: the reports that count are`, repeatText, before, after, 'repeat'),
      ...changed(`${name}: opens and clicks by machines are`, machineText, before, after, 'machineOpens'),
    ];
  },
};

const INACTIVITY: Sentences<InactivityConfig> = {
  added: ({ start, afterSeconds, event }) =>
    `Inactivity after "${start}": a new timer sends "${event}" after ${durationText(afterSeconds)}.`,
  removed: ({ start }) => `Inactivity after "${start}": the timer was removed.`,
  changed: (before, after) => {
    const name = `Inactivity after "${after.start}"`;
    return [
      ...changed(`${name}: the timer’s length is`, durationText, before, after, 'afterSeconds'),
      ...changed(
        `${name}: the report that stops the timer is`,
        (report: string) => report,
        before,
        after,
        'unless',
      ),
      ...changed(`${name}: the event is`, quoted, before, after, 'event'),
      ...taskChanges(name, before.task, after.task),
    ];
  },
};

function partsOf({ note, task, fields, tags }: ReactionConfig): string[] {
  const parts = [note === null ? [] : ['a note'], task === null ? [] : ['a task']].flat();
  return [...parts, ...Object.keys(fields).map((name) => `sets "${name}"`), ...tagParts(tags)];
}

const listed = (parts: string[]) => (parts.length === 0 ? '' : `: ${parts.join(', ')}`);

function taskChanges(name: string, before: TaskConfig | null, after: TaskConfig | null): string[] {
  if (before === null && after === null) return [];
  if (before === null) return [`${name}: a new task, ${quoted(after!.text)}.`];
  if (after === null) return [`${name}: the task was removed.`];
  return [
    ...changed(`${name}: the task is`, quoted, before, after, 'text'),
    ...changed(`${name}: the task’s due time is`, durationText, before, after, 'dueSeconds'),
  ];
}

function tagParts(tags: TagConfig | null): string[] {
  const { add, remove } = tags ?? NO_TAGS;
  return [
    ...add.map((name) => `adds the tag ${quoted(name)}`),
    ...remove.map((name) => `removes the tag ${quoted(name)}`),
  ];
}

const NO_TAGS: TagConfig = { add: [], remove: [] };

/** Each tag that a rule adds or removes now and did not before, and the reverse. */
function tagChanges(name: string, before: TagConfig | null, after: TagConfig | null): string[] {
  const [was, now] = [new Set(tagParts(before)), new Set(tagParts(after))];
  return [
    ...[...now].filter((part) => !was.has(part)).map((part) => `${name}: it now ${part}.`),
    ...[...was].filter((part) => !now.has(part)).map((part) => `${name}: it no longer ${part}.`),
  ];
}

/** Names with values: attributes, the data of an event, fields. */
function valueChanges(
  what: string,
  before: Record<string, ValueSource>,
  after: Record<string, ValueSource>,
): string[] {
  const kept = Object.entries(after).flatMap(([name, value]) => {
    if (!Object.hasOwn(before, name)) return [`${what} "${name}" is new: ${String(value)}.`];
    const was = before[name]!;
    return was === value ? [] : [`${what} "${name}" is now ${String(value)} (was ${String(was)}).`];
  });
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return [...kept, ...gone.map((name) => `${what} "${name}" was removed.`)];
}

/** "the event is now X (was Y)"; empty if the value is the same. */
function changed<K extends string, V>(
  what: string,
  textOf: (value: V) => string,
  before: Record<K, V>,
  after: Record<K, V>,
  key: K,
): string[] {
  if (before[key] === after[key]) return [];
  return [`${what} now ${textOf(after[key])} (was ${textOf(before[key])}).`];
}

const quoted = (text: string) => JSON.stringify(text).replaceAll('\\"', '"');
const noteText = (none: string) => (note: string | null) => (note === null ? none : quoted(note));
const repeatText = (repeat: ReactionConfig['repeat']) =>
  repeat === 'first' ? 'the first one for each message' : 'every one';
const machineText = (machines: ReactionConfig['machineOpens']) =>
  machines === 'count' ? 'counted' : 'ignored';

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** As the file would write it: `5d`, `36h`, `90m`, `30s`. */
function durationText(seconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => seconds % size === 0)!;
  return `${seconds / length}${unit}`;
}
