const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

const DURATION = /^(\d{1,9})\s*(?:([smhd])|(sec|min|hr)s?|(second|minute|hour|day|week)s?)$/i;

/** The seconds of `5d`, `36h`, `90m` or `30s`, also in words: `4 hours`, `2 Days`, `1 week`. Null where the text is no duration. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text.trim());
  if (!match) return null;
  const unit = (match[2] ?? match[3] ?? match[4])!.toLowerCase();
  const seconds = unit === 'week' ? 7 * SECONDS.d : SECONDS[unit.charAt(0) as keyof typeof SECONDS];
  return Number(match[1]) * seconds;
}

/** A duration in one unit. */
export interface UnitCount {
  count: number;
  unit: 'day' | 'hour' | 'minute' | 'second';
}

/** `5 days`, `36 hours`, `90 minutes`, `12 seconds`: exact. */
export function durationText(seconds: number): string {
  return counted(exactUnit(seconds));
}

/** The largest unit in which a duration is a whole number; above one day, hour or minute only. */
export function exactUnit(seconds: number): UnitCount {
  if (seconds >= 172_800 && seconds % 86_400 === 0) return { count: seconds / 86_400, unit: 'day' };
  if (seconds >= 3_600 && seconds % 3_600 === 0) return { count: seconds / 3_600, unit: 'hour' };
  if (seconds >= 120 && seconds % 60 === 0) return { count: seconds / 60, unit: 'minute' };
  return { count: seconds, unit: 'second' };
}

/** `12 seconds`, `7 minutes`, `31 hours`: rounded to the unit that a reader would use. */
export function roughDuration(seconds: number): string {
  return counted(roughUnit(seconds));
}

/** The unit that a reader would use, rounded. */
export function roughUnit(seconds: number): UnitCount {
  if (seconds < 120) return { count: Math.round(seconds), unit: 'second' };
  if (seconds < 7_200) return { count: Math.round(seconds / 60), unit: 'minute' };
  return { count: Math.round(seconds / 3_600), unit: 'hour' };
}

function counted({ count, unit }: UnitCount): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
