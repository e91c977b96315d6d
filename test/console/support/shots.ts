import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { type VisitOptions, visit } from './visit.ts';

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** A picture of one page. */
export interface Shot {
  name: string;
  path: string;
  /** Is there when the page is. */
  ready(page: Page): Promise<unknown>;
  prepare?(page: Page): Promise<unknown>;
  /** Only what the window shows, also where other pictures show the whole page. */
  isWindow?: boolean;
}

export const heading = (name: string | RegExp) => (page: Page) =>
  page.getByRole('heading', { name }).first().waitFor();

/** Scrolls it below the bar at the top. */
export async function toTop(place: Locator): Promise<void> {
  await place.evaluate((at) => at.scrollIntoView({ block: 'start' }));
  await place.page().evaluate('scrollBy(0, -180)');
}

interface TakeOptions extends VisitOptions {
  /** Stands in the names of the files behind the name of the picture. */
  suffix: string;
  folder: string;
  /** Whether the whole page is in the picture, or only what a window shows. */
  isFullPage?: boolean;
  /** Whether each page is taken in dark colours, too. */
  alsoDark?: boolean;
  onTaken(file: string): void;
}

/** Takes the pictures one after the other in one window. */
export async function takeShots(
  browser: Browser,
  world: { app: { url: string } },
  shots: readonly Shot[],
  { suffix, folder, isFullPage = false, alsoDark = false, onTaken, ...options }: TakeOptions,
): Promise<void> {
  const { page, open, context } = await visit(browser, world, options);
  // On a busy machine the first page of a window takes its time.
  page.setDefaultTimeout(40_000);
  for (const { name, path, ready, prepare, isWindow = false } of shots) {
    await open(path);
    await ready(page);
    await prepare?.(page);
    await page.evaluate('document.fonts.ready');
    await page.evaluate('Promise.all([...document.images].map((image) => image.decode()))');
    for (const colorScheme of alsoDark ? (['light', 'dark'] as const) : [undefined]) {
      if (colorScheme !== undefined) await page.emulateMedia({ colorScheme });
      const file = `${name}${suffix}${colorScheme === 'dark' ? '-dark' : ''}.png`;
      await page.screenshot({
        path: join(folder, file),
        animations: 'disabled',
        fullPage: isFullPage && !isWindow,
      });
      onTaken(file);
    }
  }
  await context.close();
}

/** Opens the window that sends all held deals, and waits until it says what Customer.io gets. */
export async function openSendAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Send all/ }).click();
  await page
    .getByRole('dialog')
    .getByText(/Customer.io gets/)
    .waitFor();
}
