import { describe, expect, it } from 'vitest';
import { DraftQueue, type TaskRunner } from './draft-queue.ts';

/** A queue whose tasks end when the test says so; a task's input is its label. */
function rig() {
  const running = new Map<string, PromiseWithResolvers<unknown>>();
  const createRunner = (): TaskRunner => ({
    run: (_name, input) => {
      const task = Promise.withResolvers<unknown>();
      running.set((input as { text: string }).text, task);
      return task.promise;
    },
    close: async () => {},
  });
  const queue = new DraftQueue(createRunner);
  return {
    queue,
    running: () => [...running.keys()],
    add: (user: string, text: string) => {
      const added = queue.run(user, 'tree', { text });
      added.catch(() => {});
      return added;
    },
    async end(text: string): Promise<void> {
      running.get(text)!.resolve({});
      running.delete(text);
      await new Promise(setImmediate);
    },
  };
}

describe('the queue of work on drafts', () => {
  it('works for one user on one task at a time, and on two at all', async () => {
    const { add, running, end } = rig();
    for (const task of ['ann 1', 'ann 2', 'bob 1', 'eve 1']) void add(task.split(' ')[0]!, task);
    expect(running()).toEqual(['ann 1', 'bob 1']);
    await end('bob 1');
    expect(running()).toEqual(['ann 1', 'eve 1']);
    await end('ann 1');
    expect(running()).toEqual(['eve 1', 'ann 2']);
  });

  it('goes on after a task that failed', async () => {
    const failing: TaskRunner = { run: () => Promise.reject(new Error('broken')), close: async () => {} };
    const queue = new DraftQueue(() => failing, 1);
    await expect(queue.run('ann', 'tree', { text: '' })).rejects.toThrow('broken');
    await expect(queue.run('ann', 'tree', { text: '' })).rejects.toThrow('broken');
  });

  it('refuses a user who has asked for many things already, and still serves others', async () => {
    const { add, running } = rig();
    for (let task = 0; task < 5; task++) void add('ann', `ann ${task}`);
    await expect(add('ann', 'one more')).rejects.toMatchObject({ code: 'busy' });
    void add('bob', 'bob 1');
    expect(running()).toEqual(['ann 0', 'bob 1']);
  });

  it('refuses everybody where too many wait', async () => {
    const { add } = rig();
    for (let user = 0; user < 42; user++) void add(`user ${user}`, `task ${user}`);
    await expect(add('one more', 'x')).rejects.toMatchObject({ code: 'overloaded' });
  });

  it('rejects what waits when it is closed', async () => {
    const { add, queue } = rig();
    for (let task = 0; task < 2; task++) void add('ann', `ann ${task}`);
    const waiting = add('ann', 'ann 2');
    await queue.close();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    await expect(add('bob', 'bob 1')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
