import { extractRules } from '../../../src/config/index.ts';
import type { World } from '../../support/world.ts';

/** The example's connection as one whose rules the console keeps, and those of the example to publish there. */
export function rulesInConsole(): {
  /** The rules as text. */
  text(): string;
  config(yaml: string): string;
  publish(world: World, cookie: string): Promise<void>;
} {
  let rules = '';
  return {
    text: () => rules,
    config(yaml) {
      rules = extractRules(yaml, 'acme')!;
      return `${yaml.slice(0, yaml.indexOf('    # Kommo -> Customer.io: who'))}    rules: console\n`;
    },
    publish: (world, cookie) =>
      publishRules(world, cookie, { draft: { text: rules }, basedOn: 0, note: 'As before' }),
  };
}

/** Publishes as the console does. */
export async function publishRules(world: World, cookie: string, publication: object): Promise<void> {
  const response = await fetch(`${world.app.url}/api/rules/publish`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'x-stagepost': 'console', origin: world.app.url },
    body: JSON.stringify({ connection: 'acme', ...publication }),
  });
  if (!response.ok) throw new Error(`Not published: ${response.status} ${await response.text()}`);
}
