import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { startWorld, type World, type WorldOptions } from '../../support/world.ts';
import { connectToBrowser } from './chromium.ts';
import { firstAdmin, type Visit, type VisitOptions, visit } from './visit.ts';

export interface Rig {
  world: World;
  browser: Browser;
  /** The admin's session. */
  cookie: string;
  /** A window of somebody who is signed in as admin. */
  visit(options?: VisitOptions): Promise<Visit>;
}

/**
 * Stagepost between the simulators, and one browser, for a whole test file. On PostgreSQL, which starts faster: no page
 * depends on the kind of database, and the API's tests run on both.
 */
export function rig(options: WorldOptions = {}): Rig {
  const made = {} as Rig;
  beforeAll(async () => {
    [made.world, made.browser] = await Promise.all([startWorld({ ...options }), connectToBrowser()]);
    made.cookie = await firstAdmin(made.world);
  });
  afterAll(async () => {
    await made.browser?.close();
    await made.world?.close();
  });
  made.visit = (given = {}) => visit(made.browser, made.world, { cookie: made.cookie, ...given });
  return made;
}

/** Nothing went wrong in the browser, and axe has nothing serious to say. */
export async function expectSound({ problems, axe }: Visit): Promise<void> {
  expect(await axe()).toEqual([]);
  expect(problems()).toEqual([]);
}
