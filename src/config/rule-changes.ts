import type { ValueSource } from './sources.ts';
import type {
  InactivityConfig,
  ReactionConfig,
  RulesConfig,
  StageConfig,
  TagConfig,
  TaskConfig,
} from './types.ts';

/**
 * What differs between two versions of rules, a sentence each, as somebody who makes campaigns would say it. Empty where
 * both do the same.
 */
export function ruleChanges(before: RulesConfig, after: RulesConfig): string[] {
  return [
    ...personChanges(before.person, after.person),
    ...changesOf(before.stages, after.stages, stageKey, STAGE),
    ...changesOf(before.reactions, after.reactions, ({ name }) => name, REACTION),
    ...changesOf(before.inactivity, after.inactivity, ({ start }) => start, INACTIVITY),
    ...changed('How late a move may be heard of is', durationText, before, after, 'skipMovesAfterSeconds'),
  ];
}

/** How the changes of one kind of rule are told. */
interface Telling<T> {
  added(item: T): string;
  removed(item: T): string;
  changed(before: T, after: T): string[];
}

function changesOf<T>(before: T[], after: T[], keyOf: (item: T) => string, tell: Telling<T>): string[] {
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const now = new Map(after.map((item) => [keyOf(item), item]));
  const told = [...now].flatMap(([key, item]) => {
    const was = old.get(key);
    return was ? tell.changed(was, item) : [tell.added(item)];
  });
  return [...told, ...before.filter((item) => !now.has(keyOf(item))).map(tell.removed)];
}

type Person = RulesConfig['person'];

function personChanges(before: Person, after: Person): string[] {
  const known = { email: 'by their email', contact_id: "by the contact's id" };
  const who = { main: 'only the main contact of a deal', all: 'all contacts of a deal' };
  return [
    ...changed(
      'Customer.io knows people',
      (by: Person['identifyBy']) => known[by],
      before,
      after,
      'identifyBy',
    ),
    ...changed('Sent to Customer.io:', (which: Person['contacts']) => who[which], before, after, 'contacts'),
    ...valueChanges('Attribute', before.attributes, after.attributes),
  ];
}

const stageKey = ({ pipeline, stage }: StageConfig) =>
  JSON.stringify([pipeline, stage].map((name) => name.trim().toLowerCase()));

const stageName = ({ pipeline, stage }: StageConfig) => `${pipeline} / ${stage}`;

const STAGE: Telling<StageConfig> = {
  added: (rule) => `${stageName(rule)}: a new rule sends "${rule.event}".`,
  removed: (rule) => `${stageName(rule)}: the rule was removed; it sent "${rule.event}".`,
  changed: (before, after) => {
    const name = stageName(after);
    return [
      ...changed(`${name}: the event is`, quoted, before, after, 'event'),
      ...valueChanges(`${name}: the event's value`, before.data, after.data),
      ...changed(`${name}: the note is`, noteText('the usual text'), before, after, 'note'),
      ...tagChanges(name, before.tags, after.tags),
    ];
  },
};

const REACTION: Telling<ReactionConfig> = {
  added: (reaction) => `${reaction.name}: a new reaction${listed(partsOf(reaction))}.`,
  removed: ({ name }) => `${name}: the reaction was removed.`,
  changed: (before, after) => {
    const { name } = after;
    return [
      ...changed(`${name}: the note is`, noteText('none'), before, after, 'note'),
      ...taskChanges(name, before.task, after.task),
      ...valueChanges(`${name}: the field`, before.fields, after.fields),
      ...tagChanges(name, before.tags, after.tags),
      ...changed(`${name}: what counts is`, repeatText, before, after, 'repeat'),
      ...changed(`${name}: machines`, machineText, before, after, 'machineOpens'),
    ];
  },
};

const INACTIVITY: Telling<InactivityConfig> = {
  added: ({ start, afterSeconds, event }) =>
    `Silence after "${start}": a new clock sends "${event}" after ${durationText(afterSeconds)}.`,
  removed: ({ start }) => `Silence after "${start}": the clock was removed.`,
  changed: (before, after) => {
    const name = `Silence after "${after.start}"`;
    return [
      ...changed(`${name}: the time is`, durationText, before, after, 'afterSeconds'),
      ...changed(`${name}: it is stopped by`, (report: string) => report, before, after, 'unless'),
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
  if (after === null) return [`${name}: there is no task any more.`];
  return [
    ...changed(`${name}: the task is`, quoted, before, after, 'text'),
    ...changed(`${name}: the task is due after`, durationText, before, after, 'dueSeconds'),
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
  const [was, now] = [tagParts(before), tagParts(after)];
  return [
    ...now.filter((part) => !was.includes(part)).map((part) => `${name}: it now ${part}.`),
    ...was.filter((part) => !now.includes(part)).map((part) => `${name}: it no longer ${part}.`),
  ];
}

/** Names with values: attributes, the data of an event, fields. */
function valueChanges(
  what: string,
  before: Record<string, ValueSource>,
  after: Record<string, ValueSource>,
): string[] {
  const told = Object.entries(after).flatMap(([name, value]) => {
    if (!Object.hasOwn(before, name)) return [`${what} "${name}" is new: ${String(value)}.`];
    const was = before[name]!;
    return was === value ? [] : [`${what} "${name}" is now ${String(value)} (was ${String(was)}).`];
  });
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return [...told, ...gone.map((name) => `${what} "${name}" was removed.`)];
}

/** "the event is now X (was Y)", where it is another. */
function changed<K extends string, V>(
  what: string,
  words: (value: V) => string,
  before: Record<K, V>,
  after: Record<K, V>,
  key: K,
): string[] {
  if (before[key] === after[key]) return [];
  return [`${what} now ${words(after[key])} (was ${words(before[key])}).`];
}

const quoted = (text: string) => JSON.stringify(text).replaceAll('\\"', '"');
const noteText = (none: string) => (note: string | null) => (note === null ? none : quoted(note));
const repeatText = (repeat: ReactionConfig['repeat']) =>
  repeat === 'first' ? 'the first report of a message' : 'every report';
const machineText = (machines: ReactionConfig['machineOpens']) =>
  machines === 'count' ? 'count as people' : 'are ignored';

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
