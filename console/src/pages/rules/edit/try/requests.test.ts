import { expect, it } from 'vitest';
import type { Decision } from '../../../../api/types.ts';
import { sideBySide, whatDiffers } from './requests.ts';

type Request = Decision['requests'][number];

const track = (name: string): Request => ({
  title: 'Event',
  destination: 'customerio',
  method: 'POST',
  url: 'https://track.customer.io/events',
  body: { name, id: 1 },
  problem: null,
  afterPrevious: false,
});
const note: Request = {
  title: 'Note',
  destination: 'kommo',
  method: 'POST',
  url: 'https://acme.kommo.com/notes',
  body: ['Hello'],
  problem: null,
  afterPrevious: true,
};

it('marks only the lines that differ, each at its own request', () => {
  const [now, draft] = sideBySide([track('won'), note], [track('deal_won'), note]);
  const marked = (shown: typeof now) =>
    shown.map(({ lines }) => lines.filter(({ mark }) => mark !== 'same').map(({ text }) => text.trim()));
  expect(marked(now)).toEqual([['"name": "won",'], []]);
  expect(marked(draft)).toEqual([['"name": "deal_won",'], []]);
  expect(now.map(({ lines }) => lines[0]!.text)).toEqual([
    'POST https://track.customer.io/events',
    'POST https://acme.kommo.com/notes',
  ]);
});

it('marks a request as a whole where the other side has none', () => {
  const [now, draft] = sideBySide([track('won')], [track('won'), note]);
  expect(now[0]!.lines.every(({ mark }) => mark === 'same')).toBe(true);
  expect(draft[1]!.lines.every(({ mark }) => mark === 'new')).toBe(true);
});

it('says in a line each which requests differ, and which are the same with other contents', () => {
  const decision = (...requests: Request[]): Decision => ({
    client: null,
    effects: [],
    outcome: 'planned',
    rule: null,
    reason: null,
    warnings: [],
    requests,
  });
  const other = { ...track('deal_won'), title: 'Another event' };
  expect(whatDiffers(decision(track('won'), note), decision(other, note))).toEqual({
    lines: [
      { text: 'Event', mark: 'gone' },
      { text: 'Another event', mark: 'new' },
    ],
    otherContents: [],
  });
  expect(whatDiffers(decision(track('won')), decision(track('lost')))).toEqual({
    lines: [],
    otherContents: ['Event'],
  });
});
