import type * as checkTasks from './check-tasks.ts';
import type * as planTasks from './plan-tasks.ts';

/*
 * The work on drafts. Each task is a pure function of data that can be sent to another process: whoever calls it has
 * read the database and Kommo before.
 */

type DraftTasks = typeof checkTasks.CHECK_TASKS & typeof planTasks.PLAN_TASKS;
export type DraftTaskName = keyof DraftTasks;
export type TaskInput<N extends DraftTaskName> = Parameters<DraftTasks[N]>[0];
export type TaskOutput<N extends DraftTaskName> = ReturnType<DraftTasks[N]>;

/** Runs a task for a user. @throws RulesError */
export type DraftWork = <N extends DraftTaskName>(
  user: string,
  name: N,
  input: TaskInput<N>,
) => Promise<TaskOutput<N>>;

/** Loads the task. Planning loads much more code than checking, so it is loaded at its first use. */
export async function loadTask(name: DraftTaskName): Promise<(input: never) => unknown> {
  const { CHECK_TASKS } = await import('./check-tasks.ts');
  if (name in CHECK_TASKS) return CHECK_TASKS[name as keyof typeof CHECK_TASKS] as (input: never) => unknown;
  const { PLAN_TASKS } = await import('./plan-tasks.ts');
  return PLAN_TASKS[name as keyof typeof PLAN_TASKS] as (input: never) => unknown;
}

/** Runs tasks in this process, for commands, which serve nobody else meanwhile. */
export const runDirectly: DraftWork = async (_user, name, input) => {
  const task = (await loadTask(name)) as (input: unknown) => TaskOutput<typeof name>;
  return task(input);
};
