import { readFileSync, writeFileSync } from 'node:fs';
import pc from 'picocolors';
import {
  type Config,
  type ConnectionConfig,
  connectionsIn,
  extractRules,
  formatKeyPath,
  formatProblems,
  isWholeFile,
} from '../../config/index.ts';
import type { DraftProblem } from '../../http/api/contract.ts';
import { confirm } from '../common/confirm.ts';
import { CommandError, EXIT } from '../common/exit.ts';
import { readConfig } from '../common/options.ts';
import { type AccessOptions, type RuleAccess, withStore } from '../server/store-access.ts';

export interface ConfigExportOptions extends AccessOptions {
  out?: string;
}

export interface ConfigApplyOptions extends AccessOptions {
  dryRun?: boolean;
  note?: string;
  yes?: boolean;
}

/** Writes a connection's rules as a file. */
export async function configExport(options: ConfigExportOptions): Promise<void> {
  const connection = chosen(readConfig(options.config).config, options.connection);
  const text =
    connection.rulesIn === 'file'
      ? connection.rulesText()
      : await withStore(options, async ({ rules }) => (await rules(connection.name).source()).text);
  if (options.out === undefined) process.stdout.write(text);
  else writeFileSync(options.out, text);
}

/** Publishes the rules of a file. */
export async function configApply(file: string, options: ConfigApplyOptions): Promise<void> {
  const how = { ...options, leftRules: 'ignored' } as const;
  const { name } = chosen(readConfig(options.config, process.env, 'ignored').config, options.connection);
  const text = rulesIn(file, name);
  await withStore(how, async ({ rules }) => apply(rules(name), { file, name, text }, options));
}

interface Given {
  file: string;
  /** The connection. */
  name: string;
  text: string;
}

async function apply(rules: RuleAccess, given: Given, options: ConfigApplyOptions): Promise<void> {
  const { name, text } = given;
  const checked = await rules.check({ text });
  if (checked.warnings.length > 0) console.error(pc.yellow(inLines(checked.warnings, given)));
  if (!checked.ok) throw new CommandError(inLines(checked.problems, given), EXIT.usage);
  const basedOn = (await rules.versions()).versions[0]?.version ?? 0;
  if (basedOn > 0 && (await rules.source(basedOn)).text === text) {
    console.log(`Nothing to do: version ${basedOn} of the rules of ${name} is exactly this.`);
    return;
  }
  const changes = checked.changes.length > 0 ? checked.changes : ['Nothing that the rules do.'];
  console.log(`What changes for ${name}:\n${changes.map((change) => `  ${change}`).join('\n')}`);
  if (options.dryRun) return;
  if (!options.yes && !(await confirm(`Publish this as version ${basedOn + 1} of the rules of ${name}?`))) {
    console.error('Nothing was done.');
    process.exitCode = EXIT.failed;
    return;
  }
  const note = options.note ? { note: options.note } : {};
  const { version, isRunning } = await rules.publish({ draft: { text }, basedOn, ahead: true, ...note });
  console.log(pc.green(isRunning ? `Version ${version} is published.` : `Version ${version} is kept.`));
  if (!isRunning)
    console.log(
      `${name} still runs by the rules in ${options.config}. Write "rules: console" there in their place and restart.`,
    );
}

function inLines(problems: DraftProblem[], { file, text }: Given): string {
  const found = problems.map(({ path, line, column, message, hint }) => ({
    ...{ path: formatKeyPath(path), line, column, message },
    ...(hint === null ? {} : { hint }),
  }));
  return formatProblems(found, file, text);
}

/** @throws CommandError where it must be said which one */
function chosen({ connections }: Config, name: string | undefined): ConnectionConfig {
  const names = connections.map((connection) => connection.name).join(', ');
  if (name === undefined && connections.length > 1)
    throw new CommandError(`Say which connection: --connection NAME. There are: ${names}.`, EXIT.usage);
  const found = connections.find((connection) => name === undefined || connection.name === name);
  if (found) return found;
  throw new CommandError(`There is no connection "${name}". There are: ${names}.`, EXIT.usage);
}

/** The rules in a file. @throws CommandError */
function rulesIn(file: string, connection: string): string {
  const text = readText(file);
  if (!isWholeFile(text)) return text;
  const rules = extractRules(text, connection);
  if (rules !== null) return rules;
  const names = connectionsIn(text);
  throw new CommandError(
    names.includes(connection)
      ? `${file} is not right. See what is wrong with: stagepost config check --config ${file}`
      : `${file} has no connection "${connection}". It has: ${names.join(', ')}.`,
    EXIT.usage,
  );
}

/** To the byte: a mark at the beginning stays, and what is not UTF-8 is refused instead of replaced. */
function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code?.startsWith('ERR_ENC')
          ? 'is not UTF-8'
          : `cannot be read (${code})`;
    throw new CommandError(`The file ${file} ${why}.`, EXIT.usage);
  }
}
