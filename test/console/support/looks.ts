import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const SCRIPT = readFileSync(join(import.meta.dirname, 'looks.browser.js'), 'utf8');

export interface Looks {
  /**
   * What is wider than its place: the page, elements that stick out of the window, text that is cut without an ellipsis, and on a
   * phone what must be scrolled sideways. @param scrolled selects what may be scrolled sideways
   */
  findOverflow(scrolled: string): Promise<string[]>;
  /** The focused element, in words, where it looks the same without the focus. */
  findHiddenFocus(): Promise<string | null>;
}

/** Looks at the page that is open now, whose colours change at once from here on. */
export async function looksAt(page: Page): Promise<Looks> {
  await page.evaluate(SCRIPT);
  await page.evaluate('looks.endTransitions()');
  return {
    findOverflow: (scrolled) => page.evaluate(`looks.findOverflow(${JSON.stringify(scrolled)})`),
    findHiddenFocus: () => page.evaluate('looks.findHiddenFocus()'),
  };
}
