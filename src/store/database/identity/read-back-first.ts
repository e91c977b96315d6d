/**
 * The statement that makes a database of an earlier state read back first. Another database may have done since then what
 * this one still has to do:
 *
 * - Notes and tasks that are still to be written become actions whose outcome is unknown, so that the lane searches for them
 *   in Kommo first. Everything else may be repeated: Customer.io ignores an event whose ULID it has seen.
 * - The leases of a backup are those of processes that do not use this database: nobody waits for their end.
 * - What happened before now, and is planned from now on, is doubtful (src/pipeline/plan/restored/). Nothing is sent before the
 *   logs of both sides were read: a later report of the time since, such as an opt-out, drops an older value.
 *
 * @param now ms
 */
export function readBackFirst(now: number): string {
  return `
    with unsure as (
      update actions set failure = 'unknown', failure_code = null, sent_at = coalesce(sent_at, created_at),
        error = 'The database was restored: this may have been written already.'
      where lane = 'kommo' and kind in ('note', 'task') and state in ('waiting', 'ready', 'sending')
    ), released as (
      update connections set owner_until = 0 where exists (select 1 from installation where restored_at is not null)
    )
    update installation set doubtful_until = ${Math.ceil(now / 1000)},
      restored_from = coalesce(restored_from, moved_at, (select greatest((select received_at from inbox order by id desc limit 1),
        (select received_at from inbox_done order by id desc limit 1)))),
      restored_at = null, moved_to = null, moved_at = null`;
}
