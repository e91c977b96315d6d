import { describeCondition } from '../domain/rules/condition.ts';
import { type QuietHours, quietHoursText } from '../domain/rules/quiet-hours.ts';
import type { BulkGuard, StopCondition } from '../domain/rules/rules.ts';
import { stopText } from '../domain/rules/stop-reports.ts';
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
    ...changed(
      'The time for which an event waits for a contact with an email is',
      (seconds: number) => (seconds === 0 ? 'off' : durationText(seconds)),
      before,
      after,
      'waitForContactSeconds',
    ),
    ...changed(
      'The quiet hours are',
      (hours: string) => hours,
      { quietHours: quietText(before.quietHours) },
      { quietHours: quietText(after.quietHours) },
      'quietHours',
    ),
    ...consentChanges(before.consent, after.consent),
    ...guardChanges('So many deals at once are held:', before.bulkGuard, after.bulkGuard),
  ];
}

type Consent = RuleContents['consent'];

function consentChanges(before: Consent, after: Consent): string[] {
  const onOrOff = (isOn: boolean) => (isOn ? 'on' : 'off');
  const topicsOf = ({ topics }: Consent) => ({ off: topics.length === 0 ? 'everything' : topics.join(', ') });
  return [
    ...changed('Opt-outs that are set in Kommo are', onOrOff, before, after, 'fromCrm'),
    ...changed('Taking opt-outs back in Kommo is', onOrOff, before, after, 'optInFromCrm'),
    ...changed(
      'The checkbox of contacts who want no email is',
      (field: string | null) => field ?? 'none',
      before,
      after,
      'contactField',
    ),
    ...changed('What an opt-out in Kommo switches off is', String, topicsOf(before), topicsOf(after), 'off'),
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
    ...changed('The deal that a report belongs to is', dealText, before, after, 'deal'),
    ...changed(
      'The prefix of contact IDs is',
      (prefix: string) => prefix || 'none',
      before.profiles,
      after.profiles,
      'idPrefix',
    ),
    ...changed(
      'Profiles that turn out to be one person are',
      (merge: boolean) => (merge ? 'merged' : 'not merged'),
      before.profiles,
      after.profiles,
      'merge',
    ),
    ...changed(
      'What happens when an email is removed in Kommo is',
      (what: Person['profiles']['whenEmailRemoved']) => what,
      before.profiles,
      after.profiles,
      'whenEmailRemoved',
    ),
    ...changed(
      'What happens when a contact is deleted in Kommo is',
      (what: Person['profiles']['whenContactDeleted']) => what,
      before.profiles,
      after.profiles,
      'whenContactDeleted',
    ),
    ...valueChanges('Attribute', before.attributes, after.attributes),
  ];
}

function dealText(deal: Person['deal']): string {
  if (deal === 'last_changed') return 'the open one that changed last';
  return deal === 'all' ? 'every open one' : `an open one of the pipeline ${quoted(deal)} first`;
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
      ...changed(
        `${name}: the condition is`,
        (condition: string) => condition,
        { condition: conditionText(before) },
        { condition: conditionText(after) },
        'condition',
      ),
      ...changed(`${name}: the event goes out`, delayText, before, after, 'delaySeconds'),
      ...changed(
        `${name}: the quiet hours are`,
        (hours: string) => hours,
        { quietHours: quietText(before.quietHours) },
        { quietHours: quietText(after.quietHours) },
        'quietHours',
      ),
      ...changed(
        `${name}: an event that is held when the deal leaves the stage is`,
        (choice: string) => (choice === 'drop' ? 'dropped' : 'sent'),
        before,
        after,
        'whenLeft',
      ),
      ...changed(`${name}: the event is sent`, onceText, before, after, 'once'),
      ...guardChanges(`${name}: so many deals at once are held:`, before.bulkGuard, after.bulkGuard),
    ];
  },
};

/** @param before undefined where a stage has none of its own */
function guardChanges(
  what: string,
  before: BulkGuard | null | undefined,
  after: BulkGuard | null | undefined,
): string[] {
  const [was, now] = [guardText(before), guardText(after)];
  return was === now ? [] : [`${what} now ${now} (was ${was}).`];
}

function guardText(guard: BulkGuard | null | undefined): string {
  if (guard === undefined) return 'as for the other stages';
  return guard === null ? 'none' : `more than ${guard.deals} within ${durationText(guard.withinSeconds)}`;
}

const delayText = (seconds: number) => (seconds === 0 ? 'at once' : `${durationText(seconds)} later`);
const quietText = (hours: QuietHours | null | undefined) =>
  hours === undefined ? 'as for the connection' : hours === null ? 'none' : quietHoursText(hours);
const conditionText = ({ condition }: StageConfig) =>
  condition === null ? 'none' : describeCondition(condition);
const onceText = (once: StageConfig['once']) =>
  once === null ? 'with each entry into the stage' : `once per ${once}`;
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

const conditionsText = (conditions: readonly StopCondition[]) =>
  [...conditions]
    .sort()
    .map((condition) => condition.replace('_', ' '))
    .concat('deleted')
    .join(' or ');
const timerText = (choice: InactivityConfig['unmailableClients']) =>
  choice === 'stop' ? 'stops' : 'runs on';

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
        (reports: string) => reports,
        { unless: stopText(before.unless) },
        { unless: stopText(after.unless) },
        'unless',
      ),
      ...changed(`${name}: the event is`, quoted, before, after, 'event'),
      ...changed(
        `${name}: the timer also stops when the deal or the client is`,
        (stages: string) => stages,
        { stopWhen: conditionsText(before.stopWhen) },
        { stopWhen: conditionsText(after.stopWhen) },
        'stopWhen',
      ),
      ...changed(
        `${name}: for clients who cannot get email the timer`,
        timerText,
        before,
        after,
        'unmailableClients',
      ),
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
