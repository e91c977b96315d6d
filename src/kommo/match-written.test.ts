import { describe, expect, it } from 'vitest';
import { matchWritten } from './match-written.ts';

const note = (id: number, dealId: number, text: string) => ({ id, dealId, text });

describe('what a call without an answer has written', () => {
  it('is found by deal and text', () => {
    const existing = [
      { id: 900, dealId: 5, text: 'Opened' },
      { id: 901, dealId: 6, text: 'Clicked' },
    ];
    const actions = [note(1, 5, 'Opened'), note(2, 6, 'Opened'), note(3, 6, 'Clicked')];
    expect([...matchWritten(actions, existing)]).toEqual([
      [1, '900'],
      [3, '901'],
    ]);
  });

  it('settles one of two equal notes where one was written', () => {
    const found = matchWritten(
      [note(1, 5, 'Opened'), note(2, 5, 'Opened')],
      [{ id: 900, dealId: 5, text: 'Opened ' }],
    );
    expect([...found]).toEqual([[1, '900']]);
  });
});
