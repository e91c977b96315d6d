/**
 * Builds the console into console/dist.
 *
 * - `node console/build.ts` builds it
 * - `node console/build.ts --if-possible` does nothing where its tools were not installed: an install that
 *   leaves out the devDependencies brings the package's own built console, or none
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;

if (process.argv.includes('--if-possible') && !existsSync(join(HERE, '../node_modules/vite/package.json'))) {
  console.log('The console is not built here: its tools are devDependencies.');
} else {
  // Whoever starts this may have another one (vitest has), and React would come as its slower, larger self.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ configFile: join(HERE, 'vite.config.ts'), logLevel: 'warn' });
}
