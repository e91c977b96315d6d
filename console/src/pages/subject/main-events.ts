import type { ActivityRow, Subject } from '../../api/types.ts';

/**
 * The events of a timeline that say something about the client: without reports that the line of an email says, and without
 * changes from which nothing followed. What has failed or waits is always among them.
 */
export function mainEvents({ timeline, emails }: Pick<Subject, 'timeline' | 'emails'>): ActivityRow[] {
  const said = new Set(emails.flatMap(({ reports }) => reports));
  return timeline.filter((row) => {
    if (row.outcome !== 'done' && row.outcome !== 'nothing') return true;
    if (said.has(row.id)) return isOptOut(row);
    return row.kind === 'deal_moved' || row.kind === 'inactivity' || row.outcome === 'done' || isEnd(row);
  });
}

function isEnd({ kind }: ActivityRow): boolean {
  return kind === 'deal_deleted' || kind === 'deal_restored' || kind === 'contact_merged';
}

/** From here on the client gets no email, which concerns more than one message. */
function isOptOut({ name }: ActivityRow): boolean {
  return /_(unsubscribed|spammed|bounced)$/.test(name ?? '');
}
