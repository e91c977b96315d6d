import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Browser,
  type BrowserServer,
  type LaunchOptions,
  chromium as playwright,
} from 'playwright-core';

const FONTS = 'fonts.conf';
const MODULES = join(import.meta.dirname, '../../../node_modules');

/** A browser for a script of its own. Tests share one: `connectToBrowser`. */
export async function startBrowser(): Promise<Browser> {
  return playwright.launch(await launchOptions());
}

/** The browser that all console tests of a run share; each test opens windows of its own in it. */
export async function startBrowserServer(): Promise<BrowserServer> {
  return playwright.launchServer(await launchOptions());
}

/** Closing it closes the windows that were opened through it, and not the shared browser. */
export async function connectToBrowser(): Promise<Browser> {
  // Imported here alone: the script of the screenshots runs without vitest.
  const { inject } = await import('vitest');
  return playwright.connect(inject('browserEndpoint'));
}

/** A real browser out of an npm package: it needs nothing from the machine, not even fonts. */
async function launchOptions(): Promise<LaunchOptions> {
  const folder = await unpacked();
  writeFonts(folder);
  return {
    executablePath: join(folder, 'chromium'),
    // The tests run as root in containers, where Chromium has no sandbox; it opens our own pages only.
    args: ['--no-sandbox', '--font-render-hinting=none'],
    env: { ...process.env, FONTCONFIG_FILE: join(folder, FONTS) } as Record<string, string>,
  };
}

/**
 * Its own fonts first, the machine's for signs that these lack. The families that the console asks for are named: without
 * that, normal and bold text get different fonts.
 */
function fontsOf(folder: string): string {
  const dirs = [join(folder, 'fonts'), '/usr/share/fonts'].map((dir) => `<dir>${dir}</dir>`).join('');
  const families = Object.entries(FAMILIES).map(([family, fonts]) => {
    const preferred = fonts.map((font) => `<family>${font}</family>`).join('');
    return `<alias binding="strong"><family>${family}</family><prefer>${preferred}</prefer></alias>`;
  });
  return `<?xml version="1.0"?><fontconfig>${dirs}${families.join('')}<cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>`;
}

const FAMILIES = {
  'system-ui': ['Open Sans', 'DejaVu Sans'],
  'sans-serif': ['Open Sans', 'DejaVu Sans'],
  monospace: ['DejaVu Sans Mono', 'Open Sans'],
};

/** Replaces the file as a whole: another run may read it. */
function writeFonts(folder: string): void {
  const [file, fonts] = [join(folder, FONTS), fontsOf(folder)];
  if (existsSync(file) && readFileSync(file, 'utf8') === fonts) return;
  writeFileSync(`${file}.${process.pid}`, fonts);
  renameSync(`${file}.${process.pid}`, file);
}

/** Unpacks it once for each version, whole or not at all: test files that start at the same time share it. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(MODULES, '@sparticuz/chromium/package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(realpathSync(MODULES), '.cache', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(join(MODULES, '.cache'), { recursive: true });
  const own = mkdtempSync(`${folder}-`);
  // Another process: the package unpacks into the temporary folder, which is not to change for everything here.
  const unpack = `import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())`;
  const env = { ...process.env, TMPDIR: own };
  await promisify(execFile)(process.execPath, ['-e', unpack], { env, cwd: import.meta.dirname });
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(own, { recursive: true });
  }
  return folder;
}
