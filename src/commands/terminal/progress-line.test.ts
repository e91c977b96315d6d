import { expect, it } from 'vitest';
import type { Tally } from '../../failures/replay-tally.ts';
import { progressText } from '../replay/progress-text.ts';
import { createProgressLine } from './progress-line.ts';

const tally = (part: Partial<Tally>): Tally => ({
  total: 480,
  handedOver: 200,
  delivered: 118,
  dropped: 0,
  refused: 2,
  tryingAgain: 0,
  takenByOthers: 0,
  left: 280,
  stopped: null,
  refusals: [],
  drops: [],
  ...part,
});

it('shows how far it is, what was refused, the rate and the time left', () => {
  expect(progressText(tally({}), 3_000)).toBe(
    '[#####...............] 120 of 480, 118 delivered, 2 refused again, 360 left, 40/s, about 9 s',
  );
});

it('says no rate before there is one, and no time left when all is done', () => {
  expect(progressText(tally({ delivered: 0, refused: 0 }), 1_000)).not.toMatch(/\/s|about/);
  expect(progressText(tally({ delivered: 480, refused: 0 }), 1_000)).toBe(
    '[####################] 480 of 480, 480/s',
  );
});

it('draws one line again and again on a terminal, never wider than it', () => {
  let written = '';
  const line = createProgressLine(
    { isTTY: true, columns: 40, write: (text) => (written += text) },
    () => 0,
    progressText,
  );
  line.show(tally({}));
  line.show(tally({ delivered: 200 }));
  line.end();
  expect(written).not.toMatch(/\n./);
  for (const drawn of written.split('\r\x1b[K')) expect(drawn.trim().length).toBeLessThan(40);
});

it('writes a line every ten seconds where there is no terminal', () => {
  let now = 0;
  const lines: string[] = [];
  const line = createProgressLine({ write: (text) => lines.push(text) }, () => now, progressText);
  for (now = 0; now <= 25_000; now += 1_000) line.show(tally({}));
  expect(lines).toHaveLength(2);
});
