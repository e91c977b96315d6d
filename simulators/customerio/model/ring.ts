/** Adds to a list that remembers about the last `keep` entries; trims in slices, so that adding stays cheap. */
export function remember<T>(list: T[], entry: T, keep: number): void {
  list.push(entry);
  if (list.length > keep + Math.ceil(keep / 4)) list.splice(0, list.length - keep);
}
