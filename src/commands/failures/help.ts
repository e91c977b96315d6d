/** Help texts of the commands about dead letters, apart from their code: `--help` loads no database. */

export const FAILURES_HELP = `
Asks the running Stagepost, or reads its database where none runs. Times are UTC.

Examples:
  $ stagepost failures                        the causes, the most frequent first
  $ stagepost failures --all --since 1d       each one of the last day, with its id`;

export const REPLAY_HELP = `
Shows its plan first and asks. Nothing that was delivered is sent again: an event keeps its id, and a note
without an answer is looked for in Kommo before it is written. What waits for what goes together.
Ctrl-C stops after what was handed over; the same command again goes on with the rest.

Exit code: 0 all delivered, 1 some not or nothing matches, 2 wrong usage.

Examples:
  $ stagepost replay 812 813                  these two
  $ stagepost replay --reason "does not exist" --dry-run
  $ stagepost replay --all --since 2d --yes   all that failed in the last two days, without asking`;

export const DISCARD_HELP = `
What waited for a discarded action is discarded too. A discarded one can never be replayed.

Exit code: 0 discarded, 1 nothing matches, 2 wrong usage.

Examples:
  $ stagepost discard --reason "Lead not found" --why "the deals were deleted"`;
