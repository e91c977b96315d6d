/** Makes a value at its first use, and once. A failure is not kept. */
export function once<T extends NonNullable<unknown>>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
