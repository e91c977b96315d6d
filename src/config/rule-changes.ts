import { describeCondition } from '../domain/rules/condition.ts';
import { type QuietHours, quietHoursText } from '../domain/rules/quiet-hours.ts';
import type { BulkGuard } from '../domain/rules/rules.ts';
import { stopText } from '../domain/rules/stop-reports.ts';
import { en, type Sentences } from '../languages/en.ts';
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

/** The sentences about differences, in the reader's language. */
type Words = Sentences['rules']['changes'];

/**
 * The differences between two versions of rules, one sentence each for the author of campaigns; empty if they do the same.
 * At most 200, and a last one that says how many others there are.
 */
export function ruleChanges(before: RuleContents, after: RuleContents, words: Sentences = en): string[] {
  const all = allChanges(before, after, words);
  const others = all.length - MAX_CHANGES;
  const shown = all
    .slice(0, MAX_CHANGES)
    .map((text) => (text.length > MAX_SENTENCE ? `${text.slice(0, MAX_SENTENCE).toWellFormed()}…` : text));
  return others > 0 ? [...shown, words.rules.changes.others(others)] : shown;
}

function allChanges(before: RuleContents, after: RuleContents, sentences: Sentences): string[] {
  const words = sentences.rules.changes;
  const setting = settingIn(words);
  const duration = durationIn(words);
  return [
    ...personChanges(before.person, after.person, words),
    ...changesOf(before.stages, after.stages, stageKey, stageTexts(sentences)),
    ...changesOf(before.reactions, after.reactions, ({ name }) => name, reactionTexts(words)),
    ...changesOf(before.inactivity, after.inactivity, ({ start }) => start, timerTexts(words)),
    ...setting(words.skipMovesAfter, before, after, 'skipMovesAfterSeconds', duration),
    ...setting(words.waitForContact, before, after, 'waitForContactSeconds', (seconds) =>
      seconds === 0 ? words.noWait : duration(seconds),
    ),
    ...setting(
      words.quietHours,
      { quiet: quietText(before.quietHours, words) },
      { quiet: quietText(after.quietHours, words) },
      'quiet',
    ),
    ...consentChanges(before.consent, after.consent, words),
    ...guardChanges(words.guard, before.bulkGuard, after.bulkGuard, words),
  ];
}

type Consent = RuleContents['consent'];

function consentChanges(before: Consent, after: Consent, words: Words): string[] {
  const setting = settingIn(words);
  const onOrOff = (isOn: boolean) => (isOn ? words.on : words.off);
  const topicsOf = ({ topics }: Consent) => ({
    off: topics.length === 0 ? words.allTopics : topics.join(', '),
  });
  return [
    ...setting(words.optOuts, before, after, 'fromCrm', onOrOff),
    ...setting(words.optIns, before, after, 'optInFromCrm', onOrOff),
    ...setting(words.checkbox, before, after, 'contactField', (field) => field ?? words.noCheckbox),
    ...setting(words.topics, topicsOf(before), topicsOf(after), 'off'),
  ];
}

/** The sentences about the changes of one kind of rule. */
interface KindTexts<T> {
  added(item: T): string;
  removed(item: T): string;
  changed(before: T, after: T): string[];
}

function changesOf<T>(before: T[], after: T[], keyOf: (item: T) => string, texts: KindTexts<T>): string[] {
  const old = new Map(before.map((item) => [keyOf(item), item]));
  const now = new Map(after.map((item) => [keyOf(item), item]));
  const kept = [...now].flatMap(([key, item]) => {
    const was = old.get(key);
    return was ? texts.changed(was, item) : [texts.added(item)];
  });
  const gone = before.filter((item) => !now.has(keyOf(item)));
  return [...kept, ...gone.map(texts.removed)];
}

type Person = RuleContents['person'];

function personChanges(before: Person, after: Person, words: Words): string[] {
  const setting = settingIn(words);
  const [was, now] = [before.profiles, after.profiles];
  return [
    ...setting(words.identifier, before, after, 'identifyBy', (by) => words.identifiers[by]),
    ...setting(words.contacts, before, after, 'contacts', (which) => words.whichContacts[which]),
    ...setting(words.deal, before, after, 'deal', (deal) => dealText(deal, words)),
    ...setting(words.idPrefix, was, now, 'idPrefix', (prefix) => prefix || words.noPrefix),
    ...setting(words.profiles, was, now, 'merge', (merge) => (merge ? words.merged : words.notMerged)),
    ...setting(words.emailRemoved, was, now, 'whenEmailRemoved', (what) => words.whenEmailRemoved[what]),
    ...setting(
      words.contactDeleted,
      was,
      now,
      'whenContactDeleted',
      (what) => words.whenContactDeleted[what],
    ),
    ...valueChanges(words.attribute, before.attributes, after.attributes, words),
  ];
}

function dealText(deal: Person['deal'], words: Words): string {
  if (deal === 'last_changed') return words.dealChangedLast;
  return deal === 'all' ? words.everyDeal : words.dealOf(quoted(deal));
}

const stageKey = ({ pipeline, stage }: StageConfig) =>
  JSON.stringify([pipeline, stage].map((name) => name.trim().toLowerCase()));

const stageName = ({ pipeline, stage }: StageConfig) => `${pipeline} / ${stage}`;

function stageTexts(sentences: Sentences): KindTexts<StageConfig> {
  const words = sentences.rules.changes;
  const setting = settingIn(words);
  const duration = durationIn(words);
  const textsOf = ({ condition, quietHours }: StageConfig) => ({
    condition: condition === null ? words.noCondition : describeCondition(condition, sentences),
    quiet: quietText(quietHours, words),
  });
  return {
    added: (rule) => words.stageAdded(stageName(rule), rule.event),
    removed: (rule) => words.stageRemoved(stageName(rule), rule.event),
    changed: (before, after) => {
      const name = stageName(after);
      const [was, now] = [textsOf(before), textsOf(after)];
      return [
        ...setting(`${name}: ${words.event}`, before, after, 'event', quoted),
        ...valueChanges(`${name}: ${words.eventData}`, before.data, after.data, words),
        ...setting(`${name}: ${words.note}`, before, after, 'note', noteText(words.defaultNote)),
        ...tagChanges(name, before.tags, after.tags, words),
        ...setting(
          `${name}: ${words.stageUnmailable}`,
          before,
          after,
          'unmailableClients',
          (choice) => words.unmailable[choice],
        ),
        ...setting(`${name}: ${words.condition}`, was, now, 'condition'),
        ...setting(`${name}: ${words.delay}`, before, after, 'delaySeconds', (seconds) =>
          seconds === 0 ? words.atOnce : words.later(duration(seconds)),
        ),
        ...setting(`${name}: ${words.stageQuietHours}`, was, now, 'quiet'),
        ...setting(`${name}: ${words.whenLeft}`, before, after, 'whenLeft', (choice) => words.left[choice]),
        ...setting(`${name}: ${words.once}`, before, after, 'once', (once) =>
          once === null ? words.eachEntry : words.oncePer[once],
        ),
        ...guardChanges(`${name}: ${words.stageGuard}`, before.bulkGuard, after.bulkGuard, words),
      ];
    },
  };
}

/** @param before undefined where a stage has none of its own */
function guardChanges(
  what: string,
  before: BulkGuard | null | undefined,
  after: BulkGuard | null | undefined,
  words: Words,
): string[] {
  const [was, now] = [guardText(before, words), guardText(after, words)];
  return was === now ? [] : [words.changed(what, now, was)];
}

function guardText(guard: BulkGuard | null | undefined, words: Words): string {
  if (guard === undefined) return words.asForOthers;
  if (guard === null) return words.noGuard;
  return words.guardOf(guard.deals, durationIn(words)(guard.withinSeconds));
}

function quietText(hours: QuietHours | null | undefined, words: Words): string {
  if (hours === undefined) return words.asForConnection;
  return hours === null ? words.noQuietHours : quietHoursText(hours);
}

function reactionTexts(words: Words): KindTexts<ReactionConfig> {
  const setting = settingIn(words);
  return {
    added: (reaction) => words.reactionAdded(reaction.name, listed(partsOf(reaction, words))),
    removed: ({ name }) => words.reactionRemoved(name),
    changed: (before, after) => {
      const { name } = after;
      return [
        ...setting(`${name}: ${words.note}`, before, after, 'note', noteText(words.noNote)),
        ...taskChanges(name, before.task, after.task, words),
        ...valueChanges(`${name}: ${words.field}`, before.fields, after.fields, words),
        ...tagChanges(name, before.tags, after.tags, words),
        ...setting(`${name}: ${words.repeat}`, before, after, 'repeat', (repeat) => words.repeats[repeat]),
        ...setting(
          `${name}: ${words.machines}`,
          before,
          after,
          'machineOpens',
          (machines) => words.machineOpens[machines],
        ),
      ];
    },
  };
}

function timerTexts(words: Words): KindTexts<InactivityConfig> {
  const setting = settingIn(words);
  const duration = durationIn(words);
  const textsOf = ({ unless, stopWhen }: InactivityConfig) => ({
    unless: stopText(unless),
    stopWhen: [...[...stopWhen].sort(), 'deleted' as const].map((stop) => words.stops[stop]).join(words.or),
  });
  return {
    added: ({ start, afterSeconds, event }) =>
      words.timerAdded(words.timer(start), event, duration(afterSeconds)),
    removed: ({ start }) => words.timerRemoved(words.timer(start)),
    changed: (before, after) => {
      const name = words.timer(after.start);
      const [was, now] = [textsOf(before), textsOf(after)];
      return [
        ...setting(`${name}: ${words.timerLength}`, before, after, 'afterSeconds', duration),
        ...setting(`${name}: ${words.timerStops}`, was, now, 'unless'),
        ...setting(`${name}: ${words.event}`, before, after, 'event', quoted),
        ...setting(`${name}: ${words.stopWhen}`, was, now, 'stopWhen'),
        ...setting(
          `${name}: ${words.timerUnmailable}`,
          before,
          after,
          'unmailableClients',
          (choice) => words.timerGoesOn[choice],
        ),
        ...taskChanges(name, before.task, after.task, words),
      ];
    },
  };
}

function partsOf({ note, task, fields, tags }: ReactionConfig, words: Words): string[] {
  const parts = [note === null ? [] : [words.aNote], task === null ? [] : [words.aTask]].flat();
  return [...parts, ...Object.keys(fields).map(words.setsField), ...tagParts(tags, words)];
}

const listed = (parts: string[]) => (parts.length === 0 ? '' : `: ${parts.join(', ')}`);

function taskChanges(
  name: string,
  before: TaskConfig | null,
  after: TaskConfig | null,
  words: Words,
): string[] {
  if (before === null && after === null) return [];
  if (before === null) return [words.taskAdded(name, quoted(after!.text))];
  if (after === null) return [words.taskRemoved(name)];
  const setting = settingIn(words);
  return [
    ...setting(`${name}: ${words.task}`, before, after, 'text', quoted),
    ...setting(`${name}: ${words.taskDue}`, before, after, 'dueSeconds', durationIn(words)),
  ];
}

function tagParts(tags: TagConfig | null, words: Words): string[] {
  const { add, remove } = tags ?? NO_TAGS;
  return [
    ...add.map((name) => words.addsTag(quoted(name))),
    ...remove.map((name) => words.removesTag(quoted(name))),
  ];
}

const NO_TAGS: TagConfig = { add: [], remove: [] };

/** Each tag that a rule adds or removes now and did not before, and the reverse. */
function tagChanges(name: string, before: TagConfig | null, after: TagConfig | null, words: Words): string[] {
  const [was, now] = [new Set(tagParts(before, words)), new Set(tagParts(after, words))];
  return [
    ...[...now].filter((part) => !was.has(part)).map((part) => words.nowDoes(name, part)),
    ...[...was].filter((part) => !now.has(part)).map((part) => words.noLongerDoes(name, part)),
  ];
}

/** Names with values: attributes, the data of an event, fields. */
function valueChanges(
  what: string,
  before: Record<string, ValueSource>,
  after: Record<string, ValueSource>,
  words: Words,
): string[] {
  const kept = Object.entries(after).flatMap(([name, value]) => {
    if (!Object.hasOwn(before, name)) return [words.valueAdded(what, name, String(value))];
    const was = before[name]!;
    return was === value ? [] : [words.valueChanged(what, name, String(value), String(was))];
  });
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return [...kept, ...gone.map((name) => words.valueRemoved(what, name))];
}

/** "the event is now X (was Y)"; empty if the value is the same. */
function settingIn(words: Words) {
  return <T, K extends keyof T>(
    what: string,
    before: T,
    after: T,
    key: K,
    textOf: (value: T[K]) => string = String,
  ): string[] => {
    if (before[key] === after[key]) return [];
    return [words.changed(what, textOf(after[key]), textOf(before[key]))];
  };
}

const quoted = (text: string) => JSON.stringify(text).replaceAll('\\"', '"');
const noteText = (none: string) => (note: string | null) => (note === null ? none : quoted(note));

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** In English as the file would write it: `5d`, `36h`, `90m`, `30s`. */
function durationIn(words: Words): (seconds: number) => string {
  return (seconds) => {
    const [unit, length] = UNITS.find(([, size]) => seconds % size === 0)!;
    return words.duration(`${seconds / length}${unit}`);
  };
}
