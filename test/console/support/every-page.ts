import type { Page } from 'playwright-core';
import type { World } from '../../support/world.ts';
import { askAs, publishRules, type rulesInConsole } from './rules.ts';
import { playImport, playMorning, playTrouble } from './scene.ts';
import { heading, type Shot } from './shots.ts';

/** Somebody is told of problems: one of them cannot be reached. */
export const withReceivers = (yaml: string) => `${yaml}
alerts:
  receivers:
    - { name: team, kind: slack, target_url: "http://127.0.0.1:9/services" }
    - { name: sales, kind: kommo_task, user: Maria Lopez, about: [opt_outs, dead_letters] }
`;

/** A day with everything in it: emails, opt-outs, held deals, failures, a setup that is not finished, a second version of the rules. */
export async function playFullDay(
  world: World,
  cookie: string,
  rules: ReturnType<typeof rulesInConsole>,
): Promise<void> {
  const text = rules.text().replace('stages:', 'bulk_guard: { deals: 20 }\nstages:');
  await publishRules(world, cookie, { draft: { text }, basedOn: 0, note: 'As before' });
  await playMorning(world);
  await publishRules(world, cookie, {
    draft: { text: text.replace('event: demo_completed', 'event: demo_done') },
    basedOn: 1,
    note: 'The campaign after the demo is new',
  });
  await playImport(world, 40);
  await playTrouble(world);
  await beginSetup(world, cookie);
}

/** A setup with the access to both sides. */
async function beginSetup({ app, kommo, customerio }: World, cookie: string): Promise<void> {
  const ask = (path: string, body: object) => askAs(app.url, cookie, `/api/setup/connections${path}`, body);
  await ask('', { name: 'beta', kommoUrl: kommo.url });
  await ask('/beta/kommo', { token: kommo.token });
  const { siteId, apiKey, appKey, signingKey } = customerio.credentials;
  await ask('/beta/customerio', { siteId, apiKey, appKey, signingKey });
}

const first = (page: Page, selector: string) => page.locator(selector).first().waitFor();
const button = (name: string | RegExp) => (page: Page) =>
  page.getByRole('button', { name }).first().waitFor();
const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor();

const form = (page: Page) => page.getByRole('tab', { name: 'Form' }).waitFor();

/** Every page but the board, which only the demo has. @param move the id of a stage change's event */
export function everyPage(move: number): Shot[] {
  return [
    { name: 'overview', path: '/', ready: (page) => first(page, 'tbody a') },
    {
      name: 'overview-empty',
      path: '/?period=custom&from=2020-01-01&to=2020-01-02',
      ready: text('No deal entered a stage'),
    },
    { name: 'deals', path: '/deals', ready: (page) => first(page, 'tbody tr') },
    { name: 'deals-moved-on', path: '/deals?step=moved_on', ready: (page) => first(page, 'tbody tr') },
    { name: 'lost', path: '/lost', ready: heading(/^Clients who unsubscribed/) },
    { name: 'deals-missed', path: '/deals?step=missed', ready: (page) => first(page, 'tbody tr') },
    { name: 'activity', path: '/activity', ready: (page) => first(page, 'ol > li') },
    {
      name: 'activity-filters',
      path: '/activity?show=all&period=7d',
      ready: (page) => first(page, 'ol > li'),
      prepare: (page) => page.getByRole('button', { name: /^More filters/ }).click(),
    },
    { name: 'activity-empty', path: '/activity?email=nobody@example.com', ready: button('Clear filters') },
    { name: 'trace', path: `/activity/${move}`, ready: text('Copy as curl') },
    { name: 'client', path: '/subject?q=ann@acme.example', ready: heading('Stage changes and emails') },
    { name: 'client-search', path: '/subject', ready: heading('Clients whose deals moved last') },
    { name: 'calls', path: '/calls', ready: heading('Whom to call') },
    { name: 'problems', path: '/failures', ready: text('What to do first') },
    { name: 'held', path: '/held', ready: heading(/held in “Onboarding”/) },
    {
      name: 'held-choose',
      path: '/held',
      ready: heading(/held in “Onboarding”/),
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Choose deals' }).first().click();
        await page
          .getByRole('checkbox', { name: /^Choose deal/ })
          .first()
          .waitFor();
      },
    },
    {
      name: 'backfill',
      path: '/backfill',
      ready: button(/^Show the plan$/),
      prepare: async (page) => {
        await page.getByRole('button', { name: 'Show the plan' }).first().click();
        await page.getByText('All deals were read').first().waitFor();
      },
    },
    { name: 'rules', path: '/rules', ready: (page) => page.getByRole('row', { name: /deal_won/ }).waitFor() },
    {
      name: 'rules-edit',
      path: '/rules/edit',
      ready: form,
      prepare: (page) => page.getByRole('button', { name: 'Closed - won deal_won' }).click(),
    },
    { name: 'rules-text', path: '/rules/edit?view=text', ready: form },
    { name: 'rules-try', path: '/rules/edit?view=try', ready: form },
    { name: 'rules-compare', path: '/rules/edit?view=compare', ready: form },
    { name: 'rules-cases', path: '/rules/edit?view=cases', ready: form },
    {
      name: 'rules-versions',
      path: '/rules/versions',
      ready: (page) => page.getByRole('insertion').first().waitFor(),
    },
    { name: 'timers', path: '/watches', ready: heading(/./) },
    { name: 'connections', path: '/connections', ready: text('Reporting webhook') },
    { name: 'add-connection', path: '/connections/add', ready: button('Start') },
    { name: 'setup-kommo', path: '/setup/beta/kommo', ready: heading(/Kommo/) },
    { name: 'setup-customerio', path: '/setup/beta/customerio', ready: heading(/Customer.io/) },
    { name: 'setup-rules', path: '/setup/beta/rules', ready: button('Use these rules') },
    { name: 'system', path: '/system', ready: text(/need(s)? attention/) },
    {
      name: 'alerts',
      path: '/alerts',
      ready: (page) => page.getByRole('region', { name: 'team' }).waitFor(),
    },
    { name: 'users', path: '/people', ready: text('chose a password') },
    { name: 'not-found', path: '/nothing-here', ready: heading(/./) },
  ];
}

/** The first stage change that had consequences. */
export async function firstMove(world: World): Promise<number> {
  const { id } = await world.app.database.db
    .selectFrom('events')
    .select('id')
    .where('kind', '=', 'deal_moved')
    .where('state', '=', 'planned')
    .orderBy('id', 'asc')
    .executeTakeFirstOrThrow();
  return Number(id);
}
