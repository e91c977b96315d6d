import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoProcess, startDemo } from './support/demo.ts';
import { everyPage, firstMove, playFullDay, withReceivers } from './support/every-page.ts';
import { type Looks, looksAt } from './support/looks.ts';
import { rig } from './support/rig.ts';
import { rulesInConsole } from './support/rules.ts';
import { type Visit, visit } from './support/visit.ts';

/** The pictures of all pages go into this folder, if it is set. */
const PICTURES = process.env.STAGEPOST_PICTURES;
const WIDTHS = [390, 768, 1280, 1920];
const AXE_WIDTHS = [390, 1280];
const SCHEMES = ['light', 'dark'] as const;
/** So many elements of a page are reached with the Tab key. */
const TAB_STOPS = 12;
/** What is scrolled sideways also on a phone. */
const SCROLLED = 'textarea, section[aria-label="Demo board"]';
/** Routes that are visited apart, and those that lead on at once. */
const OTHERS = ['/sign-in', '/setup', '/setup/$name', '/demo', '/leads/detail/$deal'];

const rules = rulesInConsole();
const made = rig({
  appKey: true,
  config: (yaml) => withReceivers(rules.config(yaml)),
  customerio: { flags: 'present', fullResolution: true },
  healthTimes: { judgeEveryMs: 500, firstProbeMs: 0 },
});

it('shows what is connected with what while no deal has moved', async () => {
  const window = await made.visit();
  await window.open('/');
  const picture = window.page.getByRole('region', { name: /^What passes between Kommo and Customer.io/ });
  await picture.getByText('opens, clicks, opt-outs').waitFor();
  expect(await picture.getByText('not seen yet').count()).toBeGreaterThan(0);
  expect(await findingsOf('overview-first', window)).toEqual([]);
});

describe('fits every window, light and dark, and can be used with a keyboard', () => {
  let window: Visit;
  let move: number;
  beforeAll(async () => {
    await playFullDay(made.world, made.cookie, rules);
    move = await firstMove(made.world);
    window = await made.visit();
  });

  it.each(everyPage(0).map(({ name }) => name))('%s', async (name) => {
    const { path, ready, prepare } = everyPage(move).find((page) => page.name === name)!;
    await window.open(path);
    await ready(window.page);
    await prepare?.(window.page);
    expect(await findingsOf(name, window)).toEqual([]);
  });

  it('sign-in', async () => {
    const outside = await visit(made.browser, made.world);
    await outside.open('/');
    expect(await findingsOf('sign-in', outside)).toEqual([]);
  });
});

it('visits every route of the console', () => {
  const source = readFileSync(join(import.meta.dirname, '../../console/src/router.tsx'), 'utf8');
  const routes = [...source.matchAll(/path: '([^']+)'/g)].map(([, route]) => route!);
  const paths = everyPage(1).map(({ path }) => path.split('?')[0]!);
  const isVisited = (route: string) =>
    paths.some((path) => new RegExp(`^${route.replaceAll(/\$\w+/g, '[^/]+')}$`).test(path));
  expect(routes.filter((route) => !OTHERS.includes(route) && !isVisited(route))).toEqual([]);
});

describe('the demo', () => {
  let demo: DemoProcess;
  beforeAll(async () => {
    demo = await startDemo();
  });
  afterAll(() => demo?.stop());

  it('board', async () => {
    const window = await visit(made.browser, { app: { url: demo.address.origin } });
    await window.open(demo.address.pathname);
    await window.page.getByText('starts deal_won').first().waitFor();
    await window.page.getByRole('button', { name: /^Elm & Co/ }).click();
    expect(await findingsOf('board', window)).toEqual([]);
  });
});

async function findingsOf(name: string, window: Visit): Promise<string[]> {
  const { page } = window;
  const looks = await looksAt(page);
  const found = new Set<string>();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await drawn(page);
      const seen = await looks.findOverflow(SCROLLED);
      // The other scheme has other colours only.
      if (AXE_WIDTHS.includes(width))
        seen.push(...(await window.axe(colorScheme === 'light' ? undefined : ['color-contrast'])));
      for (const what of seen) found.add(`${width} ${colorScheme}: ${what}`);
      if (PICTURES)
        await page.screenshot({
          path: join(PICTURES, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
    }
  }
  for (const what of await hiddenStops(page, looks)) found.add(what);
  if ((await page.getByRole('heading', { level: 1 }).count()) !== 1)
    found.add('not one heading of the first level');
  return [...found, ...window.problems()];
}

/** Two frames after a change of the window, what listens to its size has drawn. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** The elements that do not show that they have the focus. */
async function hiddenStops(page: Page, looks: Looks): Promise<string[]> {
  await page.setViewportSize({ width: 1280, height: 900 });
  const found: string[] = [];
  for (let stop = 0; stop < TAB_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const hidden = await looks.findHiddenFocus();
    if (hidden !== null) found.push(`the focus is not visible: ${hidden}`);
  }
  return found;
}
