export const CONFIG_EXPORT_HELP = `
Rules that the console keeps are written as they were published, to the byte; of a connection whose rules stand in
stagepost.yaml, their part of the file is written. stagepost config apply brings either back.

Examples:
  stagepost config export --connection acme --out acme-rules.yaml
  stagepost config export | diff acme-rules.yaml -`;

export const CONFIG_APPLY_HELP = `
FILE holds the rules alone (person, stages, reactions, inactivity, skip_moves_after), or is a whole stagepost.yaml, of
which the connection's rules are taken. It shows what changes, asks, and publishes a new version, which runs at once.
A connection whose rules still stand in stagepost.yaml keeps running by these; the version waits for "rules: console".

Examples:
  stagepost config apply acme-rules.yaml --connection acme --dry-run
  stagepost config apply stagepost.yaml --connection acme --note "moved to the console"`;
