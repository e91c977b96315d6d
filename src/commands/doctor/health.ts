import { failure, ok, skipped, type Verdict, warning } from '../../doctor/finding.ts';
import type { ConnectionHealth } from '../../health/health.ts';
import { type DataOptions, withData } from '../data/with-data.ts';

/**
 * What the running server says of a connection. It has seen what no check can see: reports that were refused, webhooks that
 * did not come. Nothing where no server runs.
 */
export async function healthVerdicts(connection: string, options: DataOptions): Promise<Verdict[]> {
  const [judged] = await withData(options, (data) => data.health([connection])).catch(() => []);
  return judged ? verdictsOf(judged) : [];
}

function verdictsOf({ sides }: ConnectionHealth): Verdict[] {
  const items = sides.flatMap((side) => side.items);
  if (items.length === 0) return [ok('The running Stagepost has seen everything work')];
  return items.map(({ light, message, todo }) => {
    if (light === 'unknown') return skipped(message, todo);
    return light === 'broken' ? failure(message, todo) : warning(message, todo);
  });
}
