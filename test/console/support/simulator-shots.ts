import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startSimulation } from '../../../src/commands/simulate/simulate.ts';

const SIZES = { '': { width: 1280, height: 860 }, '-phone': { width: 390, height: 860 } };

/** Writes the board of `stagepost simulate` as simulators.png and simulators-phone.png. */
export async function simulatorShots(browser: Browser, folder: string): Promise<void> {
  const ports = { kommoPort: 0, customerioPort: 0, boardPort: 0, host: '127.0.0.1' };
  const simulation = await startSimulation({ ...ports, deals: 8, seed: 1, timeScale: 1, rateLimit: true });
  const { kommo, board } = simulation;
  kommo.addIncomingLead({ name: 'Web form', contact: { name: 'Zoe', email: 'zoe@client.example' } });
  for (const [suffix, viewport] of Object.entries(SIZES)) {
    const page = await browser.newPage({ viewport });
    await page.goto(board.url, { waitUntil: 'domcontentloaded' });
    await page.screenshot({ path: join(folder, `simulators${suffix}.png`), animations: 'disabled' });
    await page.close();
  }
  await simulation.close();
}
