/** The two versions that are compared stand in the address. */
export function versionsSearch({ from, to }: Record<string, unknown>): { from?: number; to?: number } {
  return { ...versionIn('from', from), ...versionIn('to', to) };
}

/** 0: before anything was published. */
function versionIn<K extends string>(key: K, value: unknown): { [key in K]?: number } {
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? ({ [key]: value } as { [key in K]: number })
    : {};
}
