import { queryClient } from '../../api/queries.ts';
import type { Checks, ConnectionChecks, Finding } from '../../api/types.ts';
import type { Tone } from '../../parts/Light.tsx';
import { texts } from '../../texts.ts';

export const FINDING_TONES: Record<Finding['status'], Tone> = {
  ok: 'good',
  warning: 'waiting',
  failure: 'bad',
  skipped: 'nothing',
};

/** All findings in a light and a few words. */
export function sumOf(findings: readonly Pick<Finding, 'status'>[]): { tone: Tone; words: string } {
  const words = texts.connections;
  const failures = findings.filter(({ status }) => status === 'failure').length;
  const warnings = findings.filter(({ status }) => status === 'warning').length;
  if (findings.length === 0) return { tone: 'nothing', words: '' };
  if (failures > 0) return { tone: 'bad', words: words.failures(failures, warnings) };
  if (warnings > 0) return { tone: 'waiting', words: words.warnings(warnings) };
  return { tone: 'good', words: words.good };
}

/** Puts a newer answer about one connection into the lists that are shown. */
export function keepChecks(newer: ConnectionChecks): void {
  queryClient.setQueriesData<Checks>({ queryKey: ['checks'] }, (known) => {
    if (!known) return known;
    const connections = known.connections.map((each) =>
      each.connection === newer.connection ? newer : each,
    );
    return { ...known, connections };
  });
  void queryClient.invalidateQueries({ queryKey: ['checks'] });
}
