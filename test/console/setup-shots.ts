/**
 * `npm run screenshots:setup -- FOLDER`: each step of the wizard from an empty machine to green lights, between the simulators, on
 * a desk and on a phone, with a long-lived token and by Kommo's own window. It prints the seconds from the first page to each
 * picture: what the pages and both accounts take, without a person who reads and copies. Default: docs/screenshots.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { type SetupRig, startSetupRig } from '../support/setup-rig.ts';
import { buildIfOld } from './support/build.ts';
import { startBrowser } from './support/chromium.ts';
import { connectByToken, connectByWindow, type Journey } from './support/setup-journey.ts';
import { DESK, PHONE } from './support/shots.ts';
import { visit } from './support/visit.ts';

interface Tour {
  /** Stands in the names of the files behind the name of the step. */
  suffix: string;
  viewport: { width: number; height: number };
  connect(journey: Journey): Promise<void>;
  /** Whether an email goes out and is opened at the end, which proves the last lights. */
  hasEmail: boolean;
  /** The steps that look otherwise than in the first tour; all where it is left out. */
  steps?: string[];
}

const OAUTH_STEPS = ['one-click', 'window', 'kommo', 'connected'];

const TOURS: Tour[] = [
  { suffix: '', viewport: DESK, connect: connectByToken, hasEmail: true },
  { suffix: '-phone', viewport: PHONE, connect: connectByToken, hasEmail: true },
  { suffix: '-oauth', viewport: DESK, connect: connectByWindow, hasEmail: false, steps: OAUTH_STEPS },
  { suffix: '-oauth-phone', viewport: PHONE, connect: connectByWindow, hasEmail: false, steps: OAUTH_STEPS },
];

async function take(browser: Browser, { suffix, viewport, connect, hasEmail, steps }: Tour, folder: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'stagepost-setup-shots-'));
  const rig = await startRig(dataDir);
  const { page, open, context } = await visit(browser, rig, {
    viewport,
    cookie: rig.admin.cookie.split(';')[0]!,
  });
  page.setDefaultTimeout(40_000);
  const started = performance.now();
  const onStep = async (step: string) => {
    if (steps && !steps.includes(step)) return;
    const file = `setup-${step}${suffix}.png`;
    console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${file}`);
    await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)');
    await page.screenshot({ path: join(folder, file), animations: 'disabled', fullPage: true });
  };
  const { kommo, customerio } = rig;
  const { url, token, oauth } = kommo;
  oauth.redirectUri = `${rig.app.url}/oauth/kommo`;
  const { clientId, clientSecret } = oauth;
  const keys = { kommo: { url, token, clientId, clientSecret }, customerio: customerio.credentials };
  try {
    await open('/');
    await connect({ page, keys, name: 'acme', onStep });
    if (hasEmail) {
      await playFirstEmail(rig);
      await page.getByText('All lights are green.').waitFor();
      await onStep('green');
    }
  } finally {
    await context.close();
    await rig.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function startRig(dataDir: string): Promise<SetupRig> {
  const rig = await startSetupRig({
    kommo: { emailStatusField: 'none' },
    customerio: { campaigns: [{ name: 'Welcome', event: 'onboarding_started', subject: 'Welcome!' }] },
    store: { dataDir, databaseUrl: undefined },
  });
  // The recent deal whose values the page about rules shows.
  dealOf(rig, 'ben@bolt.example');
  return rig;
}

function dealOf({ kommo }: SetupRig, email: string): { id: number } {
  const contact = kommo.createContact({ name: 'Ben Ortiz', firstName: 'Ben', lastName: 'Ortiz', email });
  const company = kommo.createCompany({ name: 'Bolt Ltd' });
  return kommo.createDeal({
    ...{ name: 'Ben Ortiz, Pro', price: 900, contactIds: [contact.id], companyId: company.id },
    fields: { Plan: 'Pro' },
  });
}

/** A deal is won, and the client opens the email. */
async function playFirstEmail(rig: SetupRig): Promise<void> {
  const { kommo, customerio } = rig;
  const { id } = dealOf(rig, 'ann@acme.example');
  kommo.moveDeal(id, kommo.stageId('Sales', 'Closed - won'), kommo.pipelineId('Sales'));
  const mail = await customerio.waitFor(() => customerio.mailbox('ann@acme.example')[0]);
  // Emails and stage changes are compared by the second.
  await setTimeout(1_000);
  customerio.open(mail.deliveryId);
}

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../../docs/screenshots'));
mkdirSync(folder, { recursive: true });
await buildIfOld();
const browser = await startBrowser();
try {
  for (const tour of TOURS) await take(browser, tour, folder);
} finally {
  await browser.close();
}
