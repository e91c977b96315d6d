const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** The seconds of `5d`, `36h`, `90m` or `30s`; null where the text is no duration. (ms accepts far more spellings.) */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})\s*([smhd])$/.exec(text.trim());
  return match ? Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] : null;
}

/** `5 days`, `36 hours`, `90 minutes`, `12 seconds`: exact. */
export function durationText(seconds: number): string {
  if (seconds >= 172_800 && seconds % 86_400 === 0) return counted(seconds / 86_400, 'day');
  if (seconds >= 3_600 && seconds % 3_600 === 0) return counted(seconds / 3_600, 'hour');
  if (seconds >= 120 && seconds % 60 === 0) return counted(seconds / 60, 'minute');
  return counted(seconds, 'second');
}

/** `12 seconds`, `7 minutes`, `31 hours`: rounded to the unit that a reader would use. */
export function roughDuration(seconds: number): string {
  if (seconds < 120) return counted(Math.round(seconds), 'second');
  if (seconds < 7_200) return counted(Math.round(seconds / 60), 'minute');
  return counted(Math.round(seconds / 3_600), 'hour');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
