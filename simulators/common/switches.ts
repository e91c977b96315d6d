/** What each switch can be set to: one of a list (the first is the default), a number, or a number or nothing. */
export type Positions<Switches> = {
  readonly [Name in keyof Switches]: readonly Switches[Name][] | 'number' | 'number or none';
};

/**
 * The position that a text names, as a switch holds it: `readSwitch(positions, 'coalesceMs', '500')` is 500.
 * @throws Error with the names or positions that there are
 */
export function readSwitch<Switches extends object>(
  positions: Positions<Switches>,
  name: string,
  text: string,
): Switches[keyof Switches] {
  if (!Object.hasOwn(positions, name))
    throw new Error(`There is no switch "${name}". The switches are ${Object.keys(positions).join(', ')}.`);
  const allowed = positions[name as keyof Switches];
  const value = typeof allowed === 'string' ? readNumber(allowed, text) : readChoice(allowed, text);
  if (value !== undefined) return value as Switches[keyof Switches];
  const choices = typeof allowed === 'string' ? `a ${allowed}` : `one of ${allowed.join(', ')}`;
  throw new Error(`The switch ${name} cannot be "${text}". It is ${choices}.`);
}

function readNumber(allowed: 'number' | 'number or none', text: string): number | null | undefined {
  if (allowed === 'number or none' && text === 'none') return null;
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function readChoice<Value>(allowed: readonly Value[], text: string): Value | undefined {
  return allowed.find((value) => String(value) === text);
}
