/**
 * Stagepost as `serve` starts it, but without its own 7 requests a second to Kommo, which no configuration can lift:
 * for the benchmarks that ask what Stagepost itself costs.
 */
import { once } from 'node:events';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/commands/data/config-file.ts';
import { createLog } from '../../src/commands/serve/log.ts';

const [file, dataDir] = process.argv.slice(2) as [string, string];
const { config } = readConfig(file);
for (const { kommo } of config.connections) kommo.requestsPerSecond = 100_000;

const app = await startApp({
  config,
  dataDir,
  databaseUrl: process.env.DATABASE_URL || undefined,
  host: '127.0.0.1',
  port: 0,
  log: createLog(process.env.STAGEPOST_LOG ?? 'info'),
});
console.log(`stagepost listening on ${app.url}`);
await once(process, 'SIGTERM');
await app.close();
process.exit(0);
