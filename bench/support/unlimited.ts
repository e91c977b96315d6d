/**
 * Stagepost as `serve` starts it, but without its own 7 requests a second to Kommo, which no configuration can lift:
 * for the benchmarks that ask what Stagepost itself costs. With SIGUSR2 the hourly job of retention runs at once, and a line on
 * stdout says when it has ended.
 */
import { once } from 'node:events';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/commands/data/config-file.ts';
import { createLog } from '../../src/commands/serve/log.ts';
import { removeExpired } from '../../src/pipeline/retention.ts';
import { RETENTION_ENDED } from './child.ts';

const [file, dataDir] = process.argv.slice(2) as [string, string];
const { config } = readConfig(file);
for (const { kommo } of config.connections) kommo.requestsPerSecond = 100_000;

const log = createLog(process.env.STAGEPOST_LOG ?? 'info');
const databaseUrl = process.env.DATABASE_URL || undefined;
const app = await startApp({ config, dataDir, databaseUrl, host: '127.0.0.1', port: 0, log });
process.on('SIGUSR2', async () => {
  const retentionMs = config.retentionSeconds * 1000;
  await removeExpired({ database: app.database, dataDir: null, retentionMs, now: Date.now, log });
  console.log(RETENTION_ENDED);
});
console.log(`stagepost listening on ${app.url}`);
await once(process, 'SIGTERM');
await app.close();
process.exit(0);
