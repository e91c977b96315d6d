/** Where a database is: a PostgreSQL URL, or the data folder of an embedded one. */
export type DatabaseLocation = { url: string } | { dataDir: string };
