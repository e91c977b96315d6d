/**
 * `npm run screenshots:terminal -- FOLDER`: `stagepost init` between the simulators as a terminal shows it, from an empty machine to a
 * connection, with the seconds that it took. The answers are typed at once, so the seconds are those of Stagepost and of both accounts.
 * Default: docs/screenshots.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { ApiClient } from '../../src/commands/data/api-client.ts';
import type { Dialog } from '../../src/commands/init/dialog.ts';
import { runInit } from '../../src/commands/init/init.ts';
import { printable } from '../../src/commands/terminal/output.ts';
import { type SetupRig, startSetupRig } from '../support/setup-rig.ts';
import { startBrowser } from './support/chromium.ts';

/** What a person answers, by the beginnings of the questions; all others by Enter. */
function answersFor({ kommo, customerio }: SetupRig): [string, string][] {
  const { siteId, apiKey, appKey, serviceAccount } = customerio.credentials;
  return [
    ['Address of your Kommo account', kommo.url],
    ['Long-lived token', kommo.token],
    ['Site ID', siteId],
    ['API key', apiKey],
    ['App API key', appKey],
    ['Signing key', serviceAccount],
  ];
}

/** A terminal that keeps what it shows, and on which everything is answered. */
function recordedTerminal(rig: SetupRig): { dialog: Dialog; lines: string[] } {
  const lines: string[] = [];
  const answers = answersFor(rig);
  const answerTo = (question: string) => answers.find(([start]) => question.startsWith(start))?.[1] ?? '';
  const dialog: Dialog = {
    isInteractive: true,
    print: (text) => void lines.push(printable(text)),
    async ask(question, suggested) {
      const answer = answerTo(question);
      lines.push(`${question}${suggested === undefined ? '' : ` [${suggested}]`}: ${answer}`);
      return answer || (suggested ?? '');
    },
    async askSecret(question) {
      lines.push(`${question} (not shown): `);
      return answerTo(question);
    },
  };
  return { dialog, lines };
}

const STYLES: Record<string, string> = {
  1: 'font-weight: bold',
  2: 'opacity: 0.6',
  31: 'color: #ff8a80',
  32: 'color: #8ce99a',
  33: 'color: #ffd43b',
};

/** The text with its colours as HTML. */
function htmlOf(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of a terminal begin with one
  return escaped.replace(/\x1b\[(\d+)m/g, (_, code: string) =>
    STYLES[code] ? `<span style="${STYLES[code]}">` : '</span>',
  );
}

async function picture(browser: Browser, text: string, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1_000, height: 600 } });
  await page.setContent(`<body style="margin: 0; background: #16202a; color: #e9eef2">
    <pre style="margin: 0; padding: 24px; font: 13px/1.5 'DejaVu Sans Mono', monospace; white-space: pre-wrap">${htmlOf(text)}</pre>`);
  await page.screenshot({ path, fullPage: true });
  await page.close();
  console.log(path);
}

async function record(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-terminal-shots-'));
  const rig = await startSetupRig({
    kommo: { emailStatusField: 'none' },
    customerio: { campaigns: [{ name: 'Welcome', event: 'onboarding_started', subject: 'Welcome!' }] },
    store: { dataDir, databaseUrl: undefined },
  });
  const { dialog, lines } = recordedTerminal(rig);
  const given = { name: 'acme', recipes: [], choices: {}, yes: false };
  const started = performance.now();
  try {
    lines.push(`$ npx stagepost init --name acme --public-url ${rig.app.url}`);
    await runInit(new ApiClient({ url: rig.app.localUrl, token: rig.app.token }), dialog, given, null);
  } finally {
    await rig.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  console.log(`${((performance.now() - started) / 1_000).toFixed(1)} s from the command to the connection`);
  return lines.join('\n');
}

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../../docs/screenshots'));
const transcript = await record();
const browser = await startBrowser();
try {
  const [answers, end] = [
    transcript.split('\n3. Rules')[0]!,
    transcript.slice(transcript.indexOf('\n4. Finish') - 5),
  ];
  await picture(browser, answers, join(folder, 'init-accounts.png'));
  await picture(browser, end.trimStart(), join(folder, 'init-finish.png'));
} finally {
  await browser.close();
}
