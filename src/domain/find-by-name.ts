export interface Named {
  id: number;
  name: string;
  code?: string | null;
}

/**
 * The pipelines, stages or fields that a text of the configuration means: by id, exact name, exact code, and only then by
 * name or code in other letter case or with other spaces around it. More than one where a name is not unique, none where
 * nothing has it. The check of the rules and the delivery use the same function, so both mean the same field.
 */
export function findByName<T extends Named>(text: string, all: readonly T[]): T[] {
  const wanted = text.trim();
  const isSame = (name: string) => name.trim().toLowerCase() === wanted.toLowerCase();
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
