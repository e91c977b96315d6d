import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { exampleEnv } from './example-env.ts';

/** The example configuration, for a test that makes no calls. */
export function exampleConfig(): Config {
  const loaded = loadConfig({
    text: readFileSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), 'utf8'),
    file: 'stagepost.yaml',
    env: exampleEnv({ url: 'http://127.0.0.1:9', token: 'kommo-token' }, null),
  });
  if (!loaded.ok) throw new Error(`The example is wrong: ${JSON.stringify(loaded.problems)}`);
  return loaded.config;
}
