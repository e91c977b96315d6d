import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractRules } from '../../config/index.ts';

/** The connection of the example file. */
export const CONNECTION = 'acme';
/** Five days of silence, in demo time. */
const INACTIVITY = '12s';

/** The demo's folder: its configuration, and its data while it runs. */
export interface DemoFolder {
  configFile: string;
  dataDir: string;
  remove(): void;
}

/** Both simulated accounts, as the configuration names them. */
export interface Accounts {
  kommo: { url: string; token: string; webhookSecret: string };
  customerio: { url: string; siteId: string; apiKey: string; signingKey: string };
}

/** Creates the folder, which only this user can read. */
export function createDemoFolder(): DemoFolder & { writeConfig(accounts: Accounts): void } {
  const folder = mkdtempSync(join(tmpdir(), 'stagepost-demo-'));
  const configFile = join(folder, 'stagepost.yaml');
  return {
    configFile,
    dataDir: join(folder, 'data'),
    writeConfig: (accounts) => writeFileSync(configFile, configText(accounts), { mode: 0o600 }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The rules are kept in the console, where a visitor can change them. */
function configText({ kommo, customerio }: Accounts): string {
  const settings = {
    kommo: { url: kommo.url, token: kommo.token, webhook_secret: kommo.webhookSecret },
    customerio: {
      region: 'us',
      site_id: customerio.siteId,
      api_key: customerio.apiKey,
      signing_key: customerio.signingKey,
      track_url: customerio.url,
    },
  };
  const connection = { rules: 'console', ...settings };
  // JSON is YAML, too.
  const text = JSON.stringify({ connections: { [CONNECTION]: connection } }, null, 2);
  return `# Of a running demo: both accounts are simulated on this machine.\n${text}\n`;
}

/** The rules of examples/stagepost.yaml, except that nobody waits five days for the end of a demo. */
export function firstRules(): string {
  const example = readFileSync(exampleFile(), 'utf8')
    .replace(/after: 5d/, `after: ${INACTIVITY}`)
    .replace('in 5 days', 'in 5 days (12 s here)');
  return extractRules(example, CONNECTION)!;
}

/** The file is found from the source as well as from the compiled code in `dist/`. */
function exampleFile(): string {
  const candidates = ['../../../examples', '../../../../examples'].map((folder) =>
    join(import.meta.dirname, folder, 'stagepost.yaml'),
  );
  return candidates.find((file) => existsSync(file)) ?? candidates[0]!;
}
