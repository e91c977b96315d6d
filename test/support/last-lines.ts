import { type Logger, pino } from 'pino';

const KEPT_LINES = 60;

/** A log that prints nothing, and keeps its last lines for whoever must explain why a test stands still. */
export interface LastLines {
  log: Logger;
  text(): string;
}

export function keepLastLines(): LastLines {
  const lines: string[] = [];
  const stream = {
    write(line: string) {
      lines.push(line.trimEnd());
      if (lines.length > KEPT_LINES) lines.shift();
    },
  };
  return { log: pino({ level: 'info' }, stream), text: () => lines.join('\n') };
}
