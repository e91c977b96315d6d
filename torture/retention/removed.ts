import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param folder with the logs of the processes @returns how many events the job has deleted in all of them */
export function removedEvents(folder: string): number {
  const logs = readdirSync(folder).filter((file) => /^stagepost-\d+\.log$/.test(file));
  return logs.reduce((sum, file) => sum + removedIn(readFileSync(join(folder, file), 'utf8')), 0);
}

function removedIn(log: string): number {
  const matches = log.matchAll(/"events":(\d+),.*"msg":"events that nothing needs any more were removed"/g);
  return [...matches].reduce((sum, [, events]) => sum + Number(events), 0);
}
