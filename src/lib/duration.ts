const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** The seconds of `5d`, `36h`, `90m` or `30s`; null where the text is no duration. (ms accepts far more spellings.) */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,9})\s*([smhd])$/.exec(text.trim());
  return match ? Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS] : null;
}
