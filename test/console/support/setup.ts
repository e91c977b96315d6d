import type { TestProject } from 'vitest/node';
import { buildIfOld } from './build.ts';
import { startBrowserServer } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the console tests reach the browser that they share. */
    browserEndpoint: string;
  }
}

/** Once for all console tests of a run: the console is built, and one browser is started. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildIfOld();
  const browser = await startBrowserServer();
  project.provide('browserEndpoint', browser.wsEndpoint());
  return () => browser.close();
}
