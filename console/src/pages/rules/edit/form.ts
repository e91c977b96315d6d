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

export interface StageForm {
  pipeline: string;
  stage: string;
  event: string;
  data: Row[];
  note: string;
  tags: TagsForm;
  unmailable_clients: string;
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
  unless: string;
  event: string;
  task: TaskForm | null;
}

export interface RulesForm {
  person: { identify_by: string; contacts: string; attributes: Row[] };
  stages: StageForm[];
  reactions: ReactionForm[];
  inactivity: ClockForm[];
  skip_moves_after: string;
}

export function formOf(tree: DraftTree): RulesForm {
  const { person = {}, stages = [], reactions = {}, inactivity = [], skip_moves_after = '' } = tree;
  return {
    person: {
      identify_by: person.identify_by ?? '',
      contacts: person.contacts ?? '',
      attributes: rowsOf(person.attributes),
    },
    stages: stages.map(({ data, note = '', tags, unmailable_clients = '', ...stage }) => ({
      ...stage,
      data: rowsOf(data),
      note,
      tags: tagsFormOf(tags),
      unmailable_clients,
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
    inactivity: inactivity.map(({ task, ...clock }) => ({ ...clock, task: taskFormOf(task) })),
    skip_moves_after,
  };
}

/** The draft that the form says. Of rows that `rowProblems` speaks of it has only what a map can hold. */
export function treeOf({ person, stages, reactions, inactivity, skip_moves_after }: RulesForm): DraftTree {
  return given<DraftTree>({
    person: given({ ...person, attributes: mapOf(person.attributes) }),
    stages: stages.map(({ data, note, tags, unmailable_clients, ...stage }) => ({
      ...stage,
      ...given({ data: mapOf(data), note, tags: given(tags), unmailable_clients }),
    })),
    reactions: Object.fromEntries(
      reactions.map(({ name, field, task, tags, ...rest }) => [
        name,
        given({ ...rest, ...taskOf(task), field: mapOf(field), tags: given(tags) }),
      ]),
    ),
    inactivity: inactivity.map(({ task, ...clock }) => ({ ...clock, ...taskOf(task) })),
    skip_moves_after,
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

/** Without what is empty: a missing key has its default. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) =>
      typeof value === 'object' ? Object.keys(value).length > 0 : value !== '',
    ),
  ) as Partial<T>;
}
