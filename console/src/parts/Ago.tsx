import { useNow } from './clock.ts';
import { exact, relative, stepOf } from './when.ts';

/** "5 min ago", with the exact time on hover. @param at ms since 1970 */
export function Ago({ at }: { at: number }) {
  const now = useNow(stepOf(at, Date.now()));
  return (
    <time dateTime={new Date(at).toISOString()} title={exact(at)}>
      {relative(at, Math.max(now, at > now && at - now < 2_000 ? at : now))}
    </time>
  );
}
