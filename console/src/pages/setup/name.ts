import { setupTexts } from '../../texts.ts';

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** `acme` of `https://acme.kommo.com/leads/`, of `acme.kommo.com` and of `Acme`; empty where nothing can be a name. */
export function nameOfAddress(address: string): string {
  const host = address
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .split(/[/?#:]/)[0]!
    .replace(/^www\./i, '');
  const first = host.split('.')[0]!.toLowerCase();
  return first
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 63);
}

/** The name, or the first of `acme-2`, `acme-3` … that no connection has. */
export function freeName(name: string, taken: readonly string[]): string {
  if (name === '' || !taken.includes(name)) return name;
  for (let number = 2; ; number += 1) if (!taken.includes(`${name}-${number}`)) return `${name}-${number}`;
}

/** What is wrong with a name for a connection, in words; null: nothing. */
export function nameProblem(name: string, taken: readonly string[]): string | null {
  if (name === '') return setupTexts.start.noName;
  if (!NAME.test(name)) return setupTexts.start.badName;
  return taken.includes(name) ? setupTexts.start.takenName : null;
}
