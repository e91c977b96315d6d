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
  await askAs(world.app.url, cookie, '/api/rules/publish', { connection: 'acme', ...publication });
}

/** A request to the API as the console makes it. @throws where it is refused */
export async function askAs(url: string, cookie: string, path: string, body: object): Promise<void> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'x-stagepost': 'console', origin: url },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} was refused: ${response.status} ${await response.text()}`);
}
