import type { Health } from '../../src/health/health.ts';

/** Nothing is judged yet. */
export function unjudgedHealth(): Health {
  const installation = {
    side: 'installation' as const,
    light: 'unknown' as const,
    since: 0,
    items: [],
    proofs: [],
  };
  return { light: 'unknown', at: 0, installation, connections: [] };
}
