/** Reads a Dockerfile into its stages: https://docs.docker.com/reference/dockerfile/. No ARG is substituted, and no heredoc is read. */

export interface Instruction {
  /** In capitals: `RUN`, `COPY`, … */
  name: string;
  /** `--from=build` becomes `{ from: 'build' }`. */
  flags: Record<string, string>;
  /** What follows the name and the flags, with continued lines joined. */
  text: string;
}

export interface Stage {
  /** Of `FROM … AS name`; the stage's number where it has none. */
  name: string;
  instructions: Instruction[];
}

/** @throws Error for a Dockerfile that does not begin with FROM or ARG. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  for (const line of logicalLines(text)) {
    const instruction = parseInstruction(line);
    if (instruction.name === 'FROM') {
      const name = /\sAS\s+(\S+)$/i.exec(instruction.text)?.[1] ?? String(stages.length);
      stages.push({ name, instructions: [] });
    } else if (stages.length > 0) {
      stages.at(-1)!.instructions.push(instruction);
    } else if (instruction.name !== 'ARG') {
      throw new Error(`The Dockerfile has ${instruction.name} before the first FROM.`);
    }
  }
  return stages;
}

/** Comments end no continued line: Docker drops them first. */
function logicalLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(line: string): Instruction {
  const [, name = '', rest = ''] = /^(\w+)\s*(.*)$/.exec(line) ?? [];
  const flags: Record<string, string> = {};
  const text = rest.replace(/^(?:--[\w-]+(?:=\S+)?\s+)+/, (found) => {
    for (const [, flag = '', value = ''] of found.matchAll(/--([\w-]+)(?:=(\S+))?/g)) flags[flag] = value;
    return '';
  });
  return { name: name.toUpperCase(), flags, text };
}

/** The pairs of `ENV A=1 B="two words"`. */
export function parsePairs(text: string): Record<string, string> {
  const pairs = text.matchAll(/([\w.]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g);
  return Object.fromEntries([...pairs].map(([, name, quoted, bare]) => [name!, quoted ?? bare ?? '']));
}

/** The words of `["a", "b"]`, or a shell's call of a plain command line. */
export function parseCommand(text: string): string[] {
  return text.startsWith('[') ? (JSON.parse(text) as string[]) : ['/bin/sh', '-c', text];
}
