import { existsSync, statSync } from 'node:fs';
import { setTimeout as delayFor } from 'node:timers/promises';
import type { RemoteChecks } from '../../doctor/checks-method.ts';
import { FIXABLE } from '../../doctor/connection.ts';
import type { Finding } from '../../doctor/finding.ts';
import { DEFAULT_CONFIG } from '../options/server-options.ts';
import { currentSettings } from '../settings/current.ts';
import { type CheckServer, withCheckServer } from './check-server.ts';

/*
 * A server that runs a connection may use all of the seven requests a second that Kommo takes. Calls of another process on
 * top of them end in a 429, after which the server must pause, for up to five minutes. So the server makes the checks' calls,
 * after its live work, where it uses the same configuration as the command.
 */

export interface ServerCheckOptions {
  config: string;
  data: string;
  publicUrl?: string | undefined;
  /** Whether a refused access is the server's to judge, as its grants by OAuth are. */
  keepsRefusals?: boolean | undefined;
}

const POLL_EVERY_MS = 300;
/** Five checks of Kommo with 30 s each, for a server whose live work leaves few calls. */
const PATIENCE_MS = 150_000;

/**
 * The findings of the running server about both accounts of a connection.
 * @returns null where no server runs the connection, or its findings would not be those of this configuration: then the
 *   command makes the calls itself
 */
export async function checkThroughServer(
  connection: string,
  options: ServerCheckOptions,
): Promise<Finding[] | null> {
  return withCheckServer(connection, options.data, (server) => runChecks(server, runOptions(options)));
}

/**
 * As `checkThroughServer`, and the server fixes what it can.
 * @returns the findings after the fixes
 */
export async function fixThroughServer(
  connection: string,
  options: ServerCheckOptions,
): Promise<Finding[] | null> {
  const run = runOptions({ ...options, keepsRefusals: true });
  return withCheckServer(connection, options.data, (server) => runFixes(server, run));
}

/** Checks, fixes one check after the other, and checks what was fixed. */
export async function runFixes(server: CheckServer, options: RunOptions): Promise<Finding[] | null> {
  const findings = await runChecks(server, options);
  if (findings === null) return null;
  const { publicUrl } = await server.checks();
  const isFixable = ({ fix }: Finding) => fix !== null && (publicUrl !== null || !fix.needsPublicUrl);
  const fixable = FIXABLE.filter((check) =>
    findings.some((finding) => finding.check === check && isFixable(finding)),
  );
  for (const check of fixable) await server.fix(check);
  return fixable.length === 0 ? findings : (await server.checks()).findings;
}

function runOptions({ config, publicUrl: wanted, keepsRefusals }: ServerCheckOptions): RunOptions {
  const files = settingsFiles(config);
  return {
    keepsRefusals,
    isSame: ({ configuredAt, publicUrl }) =>
      areOlderThan(files, configuredAt) && (wanted ?? publicUrl) === publicUrl,
  };
}

export interface RunOptions {
  /** Whether the server's configuration is that of the command. */
  isSame(known: RemoteChecks): boolean;
  keepsRefusals?: boolean | undefined;
  now?: () => number;
  delay?: (ms: number) => Promise<unknown>;
}

/** Starts a run, and waits for its end. */
export async function runChecks(server: CheckServer, options: RunOptions): Promise<Finding[] | null> {
  const { isSame, keepsRefusals = false, now = () => performance.now(), delay = delayFor } = options;
  if (!isSame(await server.checks())) return null;
  const deadline = now() + PATIENCE_MS;
  let known = await server.startChecks();
  while (known.running) {
    if (now() > deadline) return null;
    await delay(POLL_EVERY_MS);
    known = await server.checks();
  }
  const isUseless = !keepsRefusals && isRefused(known.findings);
  return isUseless || known.findings.length === 0 ? null : known.findings;
}

/** The server knows less about a token that Kommo refuses than the command, and nothing is sent with it anyway. */
function isRefused(findings: Finding[]): boolean {
  return findings.some(({ check, status }) => check === 'kommo account' && status === 'failure');
}

/** All files whose content is part of the configuration. */
function settingsFiles(config: string, env: NodeJS.ProcessEnv = process.env): string[] {
  const secrets = Object.entries(env).flatMap(([name, path]) =>
    name.endsWith('_FILE') && path ? [path] : [],
  );
  const hasConfig = config !== DEFAULT_CONFIG || existsSync(config);
  return [...(hasConfig ? [config] : []), ...currentSettings().files, ...secrets];
}

/** Whether no file has been changed since then, ms. A file that is gone was changed. */
function areOlderThan(files: string[], ms: number): boolean {
  const changedAt = (file: string) =>
    statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  return files.every((file) => changedAt(file) < ms);
}
