import { timeTexts } from '../../texts.ts';

const { hours, minutes, seconds: inSeconds } = timeTexts.long;

/** `5 days`, `36 hours`, `90 minutes`, `12 seconds` */
export function durationText(seconds: number): string {
  if (seconds >= 172_800 && seconds % 86_400 === 0) return timeTexts.days(seconds / 86_400);
  if (seconds >= 3_600 && seconds % 3_600 === 0) return hours(seconds / 3_600);
  return seconds >= 120 && seconds % 60 === 0 ? minutes(seconds / 60) : inSeconds(seconds);
}
