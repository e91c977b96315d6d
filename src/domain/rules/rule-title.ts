/** A rule by the part of the configuration that it is in, and its name there. */
export interface RuleName {
  part: 'stages' | 'reactions' | 'inactivity';
  /** The stage, the report, or the event that starts the timer. */
  name: string;
  /** The title that events keep of it. */
  title: string;
}

/** The rule that an event's title names; null for titles of other kinds, such as `backfill`. */
export function ruleOfTitle(title: string | null): RuleName | null {
  if (title === null) return null;
  const timer = /^inactivity: (.+) → /.exec(title);
  if (timer) return { part: 'inactivity', name: timer[1]!, title };
  const stage = / \/ (.+) → /.exec(title);
  if (stage) return { part: 'stages', name: stage[1]!, title };
  return /^[a-z]+(_[a-z]+)+$/.test(title) ? { part: 'reactions', name: title, title } : null;
}
