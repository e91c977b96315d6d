/** `5 days`, `36 hours`, `90 minutes`, `12 seconds` */
export function durationText(seconds: number): string {
  const [length, unit] =
    seconds >= 172_800 && seconds % 86_400 === 0
      ? [seconds / 86_400, 'day']
      : seconds >= 3_600 && seconds % 3_600 === 0
        ? [seconds / 3_600, 'hour']
        : seconds >= 120 && seconds % 60 === 0
          ? [seconds / 60, 'minute']
          : [seconds, 'second'];
  return `${length} ${unit}${length === 1 ? '' : 's'}`;
}
