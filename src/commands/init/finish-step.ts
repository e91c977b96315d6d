import { setTimeout as sleep } from 'node:timers/promises';
import type { Setup } from '../../setup/schemas.ts';
import { colors } from '../terminal/colors.ts';
import { CommandError } from '../terminal/exit.ts';
import { askYesNo } from './dialog.ts';
import type { Session } from './session.ts';

const POLL_MS = 300;
/** The first judgement of a new connection comes within seconds. */
const LIGHTS_WITHIN_MS = 15_000;

const SIGNS: Record<string, string> = {
  done: colors.green('✓'),
  skipped: '-',
  person: colors.yellow('!'),
  failed: colors.red('✗'),
};

/** Says what will be done, does it, and shows each part as it ends. @throws CommandError */
export async function finishStep(session: Session): Promise<void> {
  const { api, dialog, given, name } = session;
  const params = { name };
  const { finish } = await api.call('setupProgress', { params });
  dialog.print('\nThis will be done:');
  for (const { title, sentence, state } of finish.parts)
    if (state !== 'done') dialog.print(`  · ${title}: ${sentence}`);
  if (!given.yes && !(await askYesNo(dialog, 'Go on?', true)))
    throw new CommandError('Nothing was changed. What was answered is kept: run it again to go on.');
  dialog.print('');
  await api.call('finishSetup', { params, body: {} });
  const parts = await waitForParts(session);
  const isWrong = parts.some(({ state }) => state === 'failed');
  if (isWrong) throw new CommandError('Not everything is done. Correct it, and run stagepost init again.');
}

type Parts = Setup['finish']['parts'];

async function waitForParts({ api, dialog, name }: Session): Promise<Parts> {
  const shown = new Set<string>();
  const deadline = performance.now() + LIGHTS_WITHIN_MS;
  for (;;) {
    const { finish } = await api.call('setupProgress', { params: { name } });
    // What a former run has left in a part is repeated: only what is over is shown.
    const isOver = !finish.isRunning;
    const ended = finish.parts.filter(({ part, state }) => (isOver || part !== 'lights') && state in SIGNS);
    for (const part of ended) if (isOver || part.state === 'done') printPart(dialog, part, shown);
    const lights = finish.parts.at(-1)!;
    const isJudged = lights.state in SIGNS || !finish.isConnected || performance.now() > deadline;
    if (isOver && isJudged) return finish.parts;
    await sleep(POLL_MS);
  }
}

function printPart(
  dialog: Session['dialog'],
  { part, title, state, sentence, todo }: Parts[number],
  shown: Set<string>,
): void {
  if (shown.has(part)) return;
  shown.add(part);
  dialog.print(`  ${SIGNS[state]} ${title}: ${sentence}`);
  if (todo !== null) dialog.print(colors.dim(`    ${todo}`));
}
