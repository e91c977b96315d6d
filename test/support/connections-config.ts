import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8');

/** A stagepost.yaml with the example's connection under each of these names, each with its own Kommo. */
export function configOfConnections(kommoUrls: Record<string, string>): string {
  const { acme } = (parse(EXAMPLE) as { connections: { acme: { kommo: object } } }).connections;
  const connections = Object.fromEntries(
    Object.entries(kommoUrls).map(([name, url]) => [
      name,
      // A load is measured with it: see load-config.ts.
      { ...acme, bulk_guard: { deals: 100_000, within: '1m' }, kommo: { ...acme.kommo, url } },
    ]),
  );
  // Anchors would be shorter, but what is measured should read what people write.
  return stringify({ connections }, { aliasDuplicateObjects: false });
}

/** c001, c002, …, so that their order is that of their numbers. */
export function connectionNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `c${String(index + 1).padStart(3, '0')}`);
}
