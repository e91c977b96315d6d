import type { Hold } from '../../holds/holds.ts';
import type { DataAccess } from '../data/types.ts';
import { type DataOptions, withData } from '../data/with-data.ts';
import { colors } from '../terminal/colors.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { EXIT } from '../terminal/exit.ts';
import { joinLines, number, plural, utc } from '../terminal/format.ts';
import { print, printJson } from '../terminal/output.ts';

export interface HeldListOptions extends DataOptions {
  decided?: boolean;
  json?: boolean;
}

export interface HeldDecideOptions extends DataOptions {
  deals?: number[];
  yes?: boolean;
  json?: boolean;
}

export interface HeldSendOptions extends HeldDecideOptions {
  now?: boolean;
}

export interface HeldDiscardOptions extends HeldDecideOptions {
  why: string;
}

/** Prints the bursts that are held, each with who moved the deals and what can be decided. */
export async function heldList({ decided = false, connection, ...options }: HeldListOptions): Promise<void> {
  await withData({ ...options, connection }, async ({ holds }) => {
    const found = await holds.list({ connection, decided });
    if (options.json) printJson({ holds: found });
    else if (found.length === 0) print(colors.green('No deals are held.'));
    else print(`${found.map(renderHold).join('\n\n')}\n\n${colors.dim(NEXT_STEPS)}`);
  });
}

export async function heldSend(id: number, options: HeldSendOptions): Promise<void> {
  await withData(options, async ({ holds }) => {
    const hold = await heldHold(holds, id);
    if (!hold) return;
    const count = options.deals?.length ?? hold.held;
    const time = options.now ? 'the time of sending' : 'the times of their stage changes';
    const question = `Send ${hold.event} for ${plural(count, 'deal')}, with ${time}?`;
    if (!(await confirmChange(question, options.yes))) return;
    const choice = { deals: options.deals, until: hold.changedAt };
    const result = await holds.send(id, choice, options.now ? 'now' : 'move');
    if (result.tooOld > 0 || result.sent === 0) process.exitCode = EXIT.failed;
    if (options.json) printJson(result);
    else print(sentText(result));
  });
}

export async function heldDiscard(id: number, options: HeldDiscardOptions): Promise<void> {
  await withData(options, async ({ holds }) => {
    const hold = await heldHold(holds, id);
    if (!hold) return;
    const count = options.deals?.length ?? hold.held;
    const question = `Send nothing for ${plural(count, 'deal')}? This cannot be undone.`;
    if (!(await confirmChange(question, options.yes))) return;
    const result = await holds.discard(id, { deals: options.deals, until: hold.changedAt }, options.why);
    if (result.discarded === 0) process.exitCode = EXIT.failed;
    if (options.json) printJson(result);
    else print(`${plural(result.discarded, 'deal')} discarded.${leftText(result.left)}`);
  });
}

/** Undefined, with the exit code set, where nothing of the hold is held any more. */
async function heldHold(holds: DataAccess['holds'], id: number): Promise<Hold | undefined> {
  const hold = (await holds.list({ decided: false })).find((candidate) => candidate.id === id);
  if (hold) return hold;
  print(`Nothing is held with the id ${id}. stagepost held list shows what is.`);
  process.exitCode = EXIT.failed;
  return undefined;
}

function sentText({ sent, tooOld, left }: { sent: number; tooOld: number; left: number }): string {
  const old =
    tooOld === 0
      ? ''
      : ` ${plural(tooOld, 'deal stays', 'deals stay')} held: Customer.io starts no campaign for events older than 72 hours.` +
        ' Send them with --now, or discard them.';
  return `${plural(sent, 'deal')} released: their events are sent behind new ones.${old}${leftText(left - tooOld)}`;
}

function leftText(left: number): string {
  return left > 0
    ? ` ${plural(left, 'other deal')} of the burst ${left === 1 ? 'is' : 'are'} still held.`
    : '';
}

function renderHold(hold: Hold): string {
  const { id, connection, pipeline, stage, event, held, sent, discarded, older } = hold;
  const counts = [`${plural(held, 'deal')} held`, `${number(sent)} sent`, `${number(discarded)} discarded`];
  const users = hold.users.map(({ id: user, name, deals }) => `${userText(user, name)} (${number(deals)})`);
  return joinLines([
    colors.bold(`#${id} ${pipeline} / ${stage} → ${event} (${connection})`),
    `    ${counts.join(', ')}`,
    ...(hold.cause === 'restored' ? [colors.yellow(RESTORED)] : []),
    `    entered the stage from ${utc(hold.firstAt * 1000)} to ${utc(hold.lastAt * 1000)}`,
    ...(users.length > 0 ? [`    moved by ${users.join(', ')}`] : []),
    ...(older > 0
      ? [colors.yellow(`    ${plural(older, 'deal')} older than 72 hours: only --now sends them`)]
      : []),
    ...(hold.sample.length > 0
      ? [colors.dim(`    e.g. ${hold.sample.map((id) => dealText(id, hold.dealNames[id])).join(', ')}`)]
      : []),
  ]);
}

/** `Acme, Pro (deal 5)` */
function dealText(id: number, name: string | undefined): string {
  return name ? `${name} (deal ${id})` : `deal ${id}`;
}

function userText(id: number, name: string | null): string {
  if (id === 0) return 'an integration';
  return name ?? `user ${id}`;
}

const RESTORED =
  '    the database was restored: these may have been sent already. Look at the deals in Kommo and the people in Customer.io.';

const NEXT_STEPS =
  'stagepost held send ID sends the events, stagepost held discard ID --why TEXT sends nothing; --deals chooses some.';
