import { expect, it } from 'vitest';
import { isKnownZone, localDate, zoneOfOffset } from './time-zone.ts';

it.each([
  ['+03:00', 'Etc/GMT-3'],
  ['-05:00', 'Etc/GMT+5'],
  ['+3', 'Etc/GMT-3'],
  ['GMT+3', 'Etc/GMT-3'],
  ['UTC-10:00', 'Etc/GMT+10'],
  ['+00:00', 'UTC'],
  ['-00:00', 'UTC'],
  ['+05:30', '+05:30'],
  ['+99:00', null],
  ['+05:99', null],
  ['Europe/Nowhere', null],
  ['', null],
])('the zone of the offset %j is %j', (text, zone) => {
  expect(zoneOfOffset(text)).toBe(zone);
});

it.each(['+05:30', '+05:45', '-03:30', '+03:00', '-12:00', '+14:00'])(
  'the clock of %s is that far from UTC',
  (text) => {
    const [hours, minutes] = text.slice(1).split(':').map(Number);
    const offset = (text.startsWith('-') ? -1 : 1) * (hours! * 60 + minutes!) * 60_000;
    const { day, hour, minute } = localDate(Date.UTC(2026, 5, 15, 12, 0), zoneOfOffset(text)!);
    const expected = new Date(Date.UTC(2026, 5, 15, 12, 0) + offset);
    expect([day, hour, minute]).toEqual([
      expected.getUTCDate(),
      expected.getUTCHours(),
      expected.getUTCMinutes(),
    ]);
  },
);

it('an unknown zone has the clock of UTC', () => {
  expect(isKnownZone('Europe/Nowhere')).toBe(false);
  expect(localDate(0, 'Europe/Nowhere')).toEqual(localDate(0, 'UTC'));
});
