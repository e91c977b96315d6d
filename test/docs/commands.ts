import { globSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { withEnvFileOption } from '../../src/commands/settings/option.ts';
import { ROOT } from './markdown.ts';

/** Every command of the program, as `src/cli.ts` puts them together. */
export async function readProgram(): Promise<Command> {
  const program = new Command('stagepost');
  for (const file of globSync('src/commands/*/command.ts', { cwd: ROOT })) {
    const module: Record<string, (program: Command) => void> = await import(join(ROOT, file));
    for (const add of Object.values(module)) add(program);
  }
  return withEnvFileOption(program);
}

/** `config check`, `serve`, ... with its options. */
export function leafCommands(program: Command): Map<string, Set<string>> {
  const leaves = new Map<string, Set<string>>();
  for (const command of program.commands) {
    const subcommands = command.commands.length > 0 ? command.commands : [command];
    for (const leaf of subcommands) {
      const name = leaf === command ? leaf.name() : `${command.name()} ${leaf.name()}`;
      leaves.set(name, new Set(leaf.options.map(({ long }) => long!)));
    }
  }
  return leaves;
}

/**
 * A call of the program in a text that starts with it: `npx stagepost doctor --fix`.
 * @returns null where the text is something else.
 */
export function callIn(text: string): { words: string[]; options: string[] } | null {
  const call = /^\s*(?:\$ )?(?:npx )?stagepost ([a-z].*)$/.exec(text)?.[1];
  if (call === undefined) return null;
  const parts = call.replace(/\s#.*$/, '').split(/[\s[\]]+/);
  const words = parts.slice(0, 2).filter((part) => /^[a-z][a-z-]*$/.test(part));
  return { words, options: parts.filter((part) => /^--[a-z]/.test(part)) };
}
