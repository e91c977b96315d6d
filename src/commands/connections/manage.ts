import { colors } from '../terminal/colors.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { joinLines } from '../terminal/format.ts';
import { print, printJson } from '../terminal/output.ts';
import { type ListedConnection, withConnections } from './access.ts';

export interface ManageOptions {
  data: string;
  yes?: boolean;
}

/** Lists the connections in the database, without their secrets. */
export async function connectionsList(options: ManageOptions & { json?: boolean }): Promise<void> {
  const listed = await withConnections(options, (access) => access.list());
  if (options.json) return printJson(listed);
  if (listed.length === 0) return print('There is no connection in the database.');
  print(joinLines(listed.flatMap(lines)));
}

function lines({ connection, url, pausedSince, shares }: ListedConnection): string[] {
  const paused = pausedSince === null ? '' : `  paused since ${new Date(pausedSince).toISOString()}`;
  const both = 'what their rules say is done twice';
  return [
    `${connection}  ${url}${paused}`,
    ...(shares.kommo.length === 0
      ? []
      : [colors.yellow(`  has the same Kommo account as ${shares.kommo.join(', ')}: ${both}`)]),
    ...(shares.customerio.length === 0
      ? []
      : [
          colors.yellow(
            `  sends to the same Customer.io workspace as ${shares.customerio.join(', ')}: a client of both is one person there`,
          ),
        ]),
  ];
}

export async function connectionsPause(name: string, options: ManageOptions): Promise<void> {
  await withConnections(options, async (access) => {
    const { pause } = await access.consequences(name);
    if (pause.length === 0) return print(`${name} is paused already.`);
    print(joinLines(pause));
    if (!(await confirmChange(`Pause ${name}?`, options.yes))) return;
    await access.pause(name);
    print(colors.green(`${name} is paused.`));
  });
}

export async function connectionsResume(name: string, options: ManageOptions): Promise<void> {
  await withConnections(options, async (access) => {
    const { resume } = await access.consequences(name);
    if (resume.length === 0) return print(`${name} is not paused.`);
    print(joinLines(resume));
    await access.resume(name);
    print(colors.green(`${name} is resumed.`));
  });
}

/** Removes a connection from the database. Its history stays. */
export async function connectionsRemove(name: string, options: ManageOptions): Promise<void> {
  await withConnections(options, async (access) => {
    print(joinLines((await access.consequences(name)).remove));
    if (!(await confirmChange(`Remove ${name} with its tokens and keys from the database?`, options.yes)))
      return;
    await access.remove(name);
    print(colors.green(`${name} is removed.`));
  });
}
