export interface Named {
  id: number;
  name: string;
  code?: string | null;
}

/**
 * Finds the pipelines, stages or fields that a text of the configuration refers to: by id, exact name, exact code, and
 * only then by name or code ignoring case and surrounding spaces. Several matches mean that the name is not unique. The
 * check of the rules and the delivery both use this function, so they always resolve a text to the same field.
 */
export function findByName<T extends Named>(text: string, all: readonly T[]): T[] {
  const wanted = text.trim();
  const folded = wanted.toLowerCase();
  const isSame = (name: string) => name.trim().toLowerCase() === folded;
  const criteria: ((one: T) => boolean)[] = [
    (one) => String(one.id) === wanted,
    (one) => one.name === wanted,
    (one) => !!one.code && one.code === wanted,
    (one) => isSame(one.name),
    (one) => !!one.code && isSame(one.code),
  ];
  for (const criterion of criteria) {
    const matches = all.filter(criterion);
    if (matches.length > 0) return matches;
  }
  return [];
}
