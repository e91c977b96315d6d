/**
 * The least that a durable answer costs: Fastify, and a file to which the bodies are appended, many with one
 * fdatasync, waiting as long for company as Stagepost's intake does. Nothing is checked, parsed or indexed.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';

/** As `src/pipeline/receive/intake.ts` has it, in ms. */
const LINGER_MS = 1;

const folder = mkdtempSync(join(tmpdir(), 'stagepost-append-'));
const file = openSync(join(folder, 'bodies'), 'a');
let waiting: { body: Buffer; done(): void }[] = [];
let flushing = false;

async function flush(): Promise<void> {
  flushing = true;
  for (let last = 0; waiting.length > 0; ) {
    if (last > 1) await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
    const batch = waiting;
    waiting = [];
    last = batch.length;
    writeSync(file, Buffer.concat(batch.map(({ body }) => body)));
    // On this thread, as the embedded database does it: a thread pool's round trip costs more than it hides.
    fdatasyncSync(file);
    for (const { done } of batch) done();
  }
  flushing = false;
}

const app = Fastify();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
app.post('/*', async (request) => {
  await new Promise<void>((done) => {
    waiting.push({ body: request.body as Buffer, done });
    if (!flushing) void flush();
  });
  return { ok: true };
});
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(`stagepost listening on http://127.0.0.1:${(app.server.address() as { port: number }).port}`);
process.on('SIGTERM', () => {
  closeSync(file);
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
