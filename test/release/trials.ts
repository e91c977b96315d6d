import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startCustomerioSimulator } from '../../simulators/customerio/index.ts';
import { startKommoSimulator } from '../../simulators/kommo/index.ts';
import { exampleEnv } from '../support/example-env.ts';
import { startPostgresServer } from '../support/postgres-server.ts';
import { type Container, type Times, tryImage } from './container.ts';
import { below, type Image } from './image.ts';

/** With the embedded database, on a data folder that the first of two trials creates, and accounts that cannot be reached. */
export function tryEmbedded(image: Image): Promise<Times> {
  const nowhere = { url: 'http://127.0.0.1:9', token: 'token' };
  return tryImage(image, exampleEnv(nowhere, null), ({ url }) => openConsole(url));
}

/**
 * As compose.yaml runs it: its environment, its secrets as files, a PostgreSQL server, here between both simulators. The
 * command `doctor` runs in the container, too.
 */
export async function tryCompose(image: Image, repository: string): Promise<Times> {
  await using stack = new AsyncDisposableStack();
  const server = stack.adopt(await startPostgresServer(['-c', 'fsync=off']), (started) => started.remove());
  await server.createDatabase('stagepost');
  // With the account's limit of requests, which the server and doctor share.
  const kommo = stack.adopt(await startKommoSimulator({}), (started) => started.close());
  const customerio = stack.adopt(await startCustomerioSimulator({}), (started) => started.close());
  const values = {
    ...exampleEnv(kommo, customerio),
    DATABASE_URL: `${server.url}/stagepost`,
    CUSTOMERIO_APP_KEY: '',
  };
  return await tryImage(image, composeEnvironment(image, repository, values), async (container) => {
    await openConsole(container.url);
    await askDoctor(container);
  });
}

/** Writes the secrets as Compose mounts them. Variables that compose.yaml does not set, such as a simulator's address, are added. */
function composeEnvironment(
  image: Image,
  repository: string,
  values: Record<string, string>,
): Record<string, string> {
  const compose = parse(readFileSync(join(repository, 'compose.yaml'), 'utf8'), { merge: true });
  const environment = compose.services.stagepost.environment as Record<string, string>;
  const result = { ...values };
  for (const [name, value] of Object.entries(environment)) {
    const secret = name.replace(/_FILE$/, '');
    if (secret === name) {
      result[name] = values[name] ?? value.replaceAll(/\$\{\w+[^}]*\}/g, 'stagepost.example.com');
      continue;
    }
    const file = below(image.root, value);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${values[secret]}\n`);
    chmodSync(file, 0o444);
    result[name] = file;
    delete result[secret];
  }
  return result;
}

async function openConsole(url: string): Promise<void> {
  const answer = await fetch(url, { headers: { accept: 'text/html' } });
  const page = await answer.text();
  if (!answer.ok || !page.includes('<div id="root">'))
    throw new Error(`The console answered ${answer.status}: ${page}`);
}

/** Warnings are expected, such as that no webhook is registered; a failure is not. */
async function askDoctor(container: Container): Promise<void> {
  const { output, code } = await container.run('doctor', '--json');
  const findings = JSON.parse(output) as { check: string; status: string; message: string }[];
  const list = findings.map(({ check, status, message }) => `${status} ${check}: ${message}`).join('\n');
  if (code !== 0) throw new Error(`doctor has ended with ${code}:\n${list}`);
  console.log(
    `doctor in the container: ${findings.filter(({ status }) => status === 'ok').length} checks are ok`,
  );
}
