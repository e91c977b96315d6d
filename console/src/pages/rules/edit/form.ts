import type { DraftTree } from '../../../api/types.ts';

/*
 * The rules as the form edits them. A draft's maps are lists of rows here, so that a row may be without a name, or
 * have another one's, while somebody types; and every key is there, empty where the draft has none.
 */

export interface Row {
  name: string;
  value: string;
}

export interface TaskForm {
  text: string;
  due: string;
}

/** The tags of the deal that a rule adds and removes. */
export interface TagsForm {
  add: string[];
  remove: string[];
}

/** When many deals at once are held: `off`, a limit, or undefined for the usual one. */
export type GuardForm = DraftTree['bulk_guard'];

export interface StageForm {
  pipeline: string;
  stage: string;
  event: string;
  data: Row[];
  note: string;
  tags: TagsForm;
  unmailable_clients: string;
  delay?: string;
  quiet_hours?: string;
  when_left?: string;
  /** As the draft has it. */
  if?: NonNullable<DraftTree['stages']>[number]['if'];
  once: string;
  bulk_guard?: GuardForm;
}

export interface ReactionForm {
  name: string;
  note: string;
  task: TaskForm | null;
  field: Row[];
  tags: TagsForm;
  repeat: string;
  machine_opens: string;
}

export interface ClockForm {
  start: string;
  after: string;
  /** One report as a text, as most rules have it, or a list. */
  unless: string | string[];
  event: string;
  task: TaskForm | null;
  stop_when: string[];
  unmailable_clients: string;
}

export interface RulesForm {
  person: {
    identify_by: string;
    id_prefix: string;
    merge: string;
    when_email_removed: string;
    when_contact_deleted: string;
    contacts: string;
    deal: string;
    attributes: Row[];
  };
  stages: StageForm[];
  reactions: ReactionForm[];
  inactivity: ClockForm[];
  skip_moves_after: string;
  wait_for_contact: string;
  quiet_hours: string;
  /** As the draft has it; the form has no input for it. */
  consent?: DraftTree['consent'];
  bulk_guard?: GuardForm;
}

export function formOf(tree: DraftTree): RulesForm {
  const { person = {}, stages = [], reactions = {}, inactivity = [] } = tree;
  const { skip_moves_after = '', wait_for_contact = '', quiet_hours = '' } = tree;
  return {
    person: {
      identify_by: person.identify_by ?? '',
      id_prefix: person.id_prefix ?? '',
      merge: person.merge ?? '',
      when_email_removed: person.when_email_removed ?? '',
      when_contact_deleted: person.when_contact_deleted ?? '',
      contacts: person.contacts ?? '',
      deal: person.deal ?? '',
      attributes: rowsOf(person.attributes),
    },
    stages: stages.map(({ data, note = '', tags, unmailable_clients = '', once = '', ...stage }) => ({
      ...stage,
      data: rowsOf(data),
      note,
      tags: tagsFormOf(tags),
      unmailable_clients,
      once,
    })),
    reactions: Object.entries(reactions).map(([name, reaction]) => ({
      name,
      note: reaction.note ?? '',
      task: taskFormOf(reaction.task),
      field: rowsOf(reaction.field),
      tags: tagsFormOf(reaction.tags),
      repeat: reaction.repeat ?? '',
      machine_opens: reaction.machine_opens ?? '',
    })),
    inactivity: inactivity.map(({ task, stop_when = [], unmailable_clients = '', ...clock }) => ({
      ...clock,
      task: taskFormOf(task),
      stop_when,
      unmailable_clients,
    })),
    skip_moves_after,
    wait_for_contact,
    quiet_hours,
    ...(tree.consent !== undefined && { consent: tree.consent }),
    ...(tree.bulk_guard !== undefined && { bulk_guard: tree.bulk_guard }),
  };
}

/** The draft that the form says. Of rows that `rowProblems` speaks of it has only what a map can hold. */
export function treeOf({
  person,
  stages,
  reactions,
  inactivity,
  bulk_guard,
  ...durations
}: RulesForm): DraftTree {
  return given<DraftTree>({
    person: given({ ...person, attributes: mapOf(person.attributes) }),
    stages: stages.map(
      ({ data, note, tags, bulk_guard, pipeline, stage, event, if: condition, ...others }) => ({
        ...{ pipeline, stage, event },
        ...(condition !== undefined && { if: condition }),
        ...given({ data: mapOf(data), note, tags: given(tags), ...others }),
        ...guardOf(bulk_guard),
      }),
    ),
    reactions: Object.fromEntries(
      reactions.map(({ name, field, task, tags, ...rest }) => [
        name,
        given({ ...rest, ...taskOf(task), field: mapOf(field), tags: given(tags) }),
      ]),
    ),
    inactivity: inactivity.map(({ task, stop_when, unmailable_clients, ...clock }) => ({
      ...clock,
      ...taskOf(task),
      ...given({ stop_when, unmailable_clients }),
    })),
    ...durations,
    ...guardOf(bulk_guard),
  });
}

/** What is wrong with rows before they can be a map: `index` to `nameless` or `twice`. */
export function rowProblems(rows: readonly Row[]): Map<number, 'nameless' | 'twice'> {
  const seen = new Set<string>();
  const found = new Map<number, 'nameless' | 'twice'>();
  for (const [index, { name }] of rows.entries()) {
    if (name.trim() === '') found.set(index, 'nameless');
    else if (seen.has(name.trim())) found.set(index, 'twice');
    seen.add(name.trim());
  }
  return found;
}

/** All rows of the form that cannot be published as they are, with where they stand. */
export function allRowProblems({ person, stages, reactions }: RulesForm): {
  path: (string | number)[];
  problem: 'nameless' | 'twice';
}[] {
  const lists: [path: (string | number)[], rows: Row[]][] = [
    [['person', 'attributes'], person.attributes],
    ...stages.map(({ data }, index): [(string | number)[], Row[]] => [['stages', index, 'data'], data]),
    ...reactions.map(({ name, field }): [(string | number)[], Row[]] => [
      ['reactions', name, 'field'],
      field,
    ]),
  ];
  return lists.flatMap(([path, rows]) =>
    [...rowProblems(rows)].map(([index, problem]) => ({ path: [...path, nameKey(index)], problem })),
  );
}

/** Stands in a path for the name of a row, which may be no name yet. */
export function nameKey(index: number): string {
  return `#${index}`;
}

function rowsOf(map: Record<string, string> = {}): Row[] {
  return Object.entries(map).map(([name, value]) => ({ name, value }));
}

function mapOf(rows: readonly Row[]): Record<string, string> {
  const wrong = rowProblems(rows);
  return Object.fromEntries(
    rows.filter((_, index) => !wrong.has(index)).map(({ name, value }) => [name.trim(), value]),
  );
}

export const NO_TAGS: TagsForm = { add: [], remove: [] };

function tagsFormOf({
  add = [],
  remove = [],
}: {
  add?: string[] | undefined;
  remove?: string[] | undefined;
} = {}): TagsForm {
  return { add, remove };
}

function taskFormOf(task: { text: string; due?: string | undefined } | undefined): TaskForm | null {
  return task ? { text: task.text, due: task.due ?? '' } : null;
}

function taskOf(task: TaskForm | null) {
  return task ? { task: { text: task.text, ...given({ due: task.due }) } } : {};
}

function guardOf(guard: GuardForm): Pick<DraftTree, 'bulk_guard'> {
  if (guard === undefined) return {};
  return { bulk_guard: typeof guard === 'string' ? guard : given(guard) };
}

/** Without what is empty: a missing key has its default. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) =>
      typeof value === 'object' ? Object.keys(value).length > 0 : value !== '' && value !== undefined,
    ),
  ) as Partial<T>;
}
