/**
 * Builds the console into console/dist.
 *
 * - `node console/build.ts` builds it
 * - `node console/build.ts --if-possible` only says so where its tools were not installed, as by `npm ci --omit=dev`
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const HERE = import.meta.dirname;
const gzipped = promisify(gzip);

if (process.argv.includes('--if-possible') && !existsSync(join(HERE, '../node_modules/vite/package.json'))) {
  console.log(
    'The console was not built: its tools are development packages. Install them with npm ci (without --omit=dev), or ' +
      'install the package that npm pack creates: it has the console.',
  );
} else {
  // Whoever starts this may have another one (vitest has), and React would come as its slower, larger self.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ configFile: join(HERE, 'vite.config.ts'), logLevel: 'warn' });
  await compressFiles(join(HERE, 'dist'));
}

/** Puts `FILE.gz` next to each text file: the server sends it as it is. The page is not among them, it has a nonce. */
async function compressFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.(js|css|svg)$/.test(name)) continue;
    const compressed = await gzipped(await readFile(join(folder, name)), { level: 9 });
    await writeFile(join(folder, `${name}.gz`), compressed);
  }
}
