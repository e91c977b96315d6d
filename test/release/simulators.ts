import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { below, type Image } from './image.ts';

/** Uses types of each of the three entry points, with the checks that a strict project has switched on. */
const TYPED = `
import { startCustomerioSimulator, startKommoSimulator, type KommoSimulatorOptions } from 'stagepost/simulators';
import type { DealView } from 'stagepost/simulators/kommo';
import type { MailMessage } from 'stagepost/simulators/customerio';

const options: KommoSimulatorOptions = { rateLimit: false, switches: { linkHooks: 'none' } };
const kommo = await startKommoSimulator(options);
export const deal: DealView = kommo.createDeal({ name: 'Acme' });
const customerio = await startCustomerioSimulator();
export const emails: MailMessage[] = customerio.mailbox('ann@acme.example');
// @ts-expect-error: a price is a number
kommo.createDeal({ price: '900' });
`;

/**
 * Imports the simulators from the installed package as another project does: runs the example of docs/simulators.md as it stands,
 * and compiles a file that uses their types without any package of types.
 * @throws Error with the output of the example or of the compiler
 */
export function trySimulators(image: Image, repository: string, work: string): void {
  const project = join(work, 'project');
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  symlinkSync(below(image.root, '/app'), join(project, 'node_modules/stagepost'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(project, 'simulated.test.mjs'), exampleOf(join(repository, 'docs/simulators.md')));
  writeFileSync(join(project, 'typed.ts'), TYPED);
  const compiler = join(repository, 'node_modules/typescript-7/bin/tsc');
  const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--lib', 'es2024', '--types', ''];
  run(project, '--test', 'simulated.test.mjs');
  run(project, compiler, ...flags, 'typed.ts');
}

function exampleOf(page: string): string {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```js\n(.*?)^```/gms)].map(
    ([, code = '']) => code,
  );
  const code = blocks.find((block) => block.includes("from 'stagepost/simulators'"));
  if (code === undefined) throw new Error(`${page} has no example that imports stagepost/simulators.`);
  return code;
}

function run(cwd: string, ...args: string[]): void {
  try {
    execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${args.join(' ')} has failed.\n${stdout}${stderr}`);
  }
}
