import { setTimeout as sleep } from 'node:timers/promises';
import type { Backfill, Backfills } from '../../backfills/backfills.ts';
import { BackfillError } from '../../backfills/errors.ts';
import type { FilterInput, StageName } from '../../backfills/filter-names.ts';
import type { DataAccess } from '../data/types.ts';
import { connectionOf, type DataOptions, withData } from '../data/with-data.ts';
import { colors } from '../terminal/colors.ts';
import { confirmChange } from '../terminal/confirm.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { plural } from '../terminal/format.ts';
import { print, printJson, write } from '../terminal/output.ts';
import { createProgressLine } from '../terminal/progress-line.ts';
import { progressText, renderList, renderPlan, renderResult } from './render.ts';

export interface BackfillOptions extends DataOptions {
  json?: boolean;
}

export interface StartOptions extends BackfillOptions {
  events?: StageName[];
  yes?: boolean;
}

export interface NewBackfillOptions extends StartOptions {
  stage?: StageName[];
  createdSince?: number;
  createdUntil?: number;
  changedSince?: number;
  changedUntil?: number;
  owner?: string[];
  field?: { name: string; value: string };
  withEmail?: boolean;
  planOnly?: boolean;
}

export type LeftOutOptions = BackfillOptions;

const POLL_EVERY_MS = 500;
const LIST_AT_ONCE = 1_000;

/** Plans a backfill, shows the plan, and runs it once it is confirmed. */
export async function newBackfill(options: NewBackfillOptions): Promise<void> {
  await withBackfills(options, async (backfills, data) => {
    if (!(await data.isDelivering()))
      throw new CommandError('No Stagepost is running. Start stagepost serve first: it does the work.');
    const id = await backfills.create(await connectionOf(data, options.connection), filterOf(options));
    const planned = await untilPlanned(backfills, id);
    if (options.planOnly) {
      if (options.json) printJson(planned);
      else print(`${renderPlan(planned)}\n\n${colors.dim(`stagepost backfill start ${id} starts it.`)}`);
      return;
    }
    if (!options.json) print(renderPlan(planned));
    await confirmAndRun(backfills, planned, options);
  });
}

export async function startBackfill(id: number, options: StartOptions): Promise<void> {
  await withBackfills(options, async (backfills) => {
    const planned = await backfills.find(id);
    if (!options.json) print(renderPlan(planned));
    await confirmAndRun(backfills, planned, options);
  });
}

export async function watchBackfill(id: number, options: BackfillOptions): Promise<void> {
  await withBackfills(options, (backfills) => watch(backfills, id, options));
}

export async function listBackfills({ connection, json, ...options }: BackfillOptions): Promise<void> {
  await withBackfills({ ...options, connection }, async (backfills) => {
    const found = await backfills.list(connection);
    if (json) printJson({ backfills: found });
    else print(found.length === 0 ? 'There is no backfill yet.' : renderList(found));
  });
}

export async function changeBackfill(
  id: number,
  change: 'pause' | 'resume' | 'stop',
  options: BackfillOptions,
): Promise<void> {
  await withBackfills(options, async (backfills) => {
    await backfills[change](id);
    print(
      `Backfill ${id}: ${{ pause: 'paused', resume: 'goes on', stop: 'stopped; what was sent stays' }[change]}.`,
    );
  });
}

/** Prints CSV, or JSON lines, page by page: the list can be long. */
export async function printLeftOut(id: number, options: LeftOutOptions): Promise<void> {
  await withBackfills(options, async (backfills) => {
    if (!options.json) write(process.stdout, 'deal,reason,detail\n');
    for (let above = 0; ; ) {
      const deals = await backfills.leftOut(id, above, LIST_AT_ONCE);
      for (const { dealId, outcome, detail } of deals)
        write(
          process.stdout,
          options.json
            ? `${JSON.stringify({ dealId, outcome, detail })}\n`
            : `${dealId},${outcome},"${detail.replaceAll('"', '""')}"\n`,
        );
      if (deals.length < LIST_AT_ONCE) return;
      above = deals.at(-1)!.dealId;
    }
  });
}

async function withBackfills(
  options: DataOptions,
  work: (backfills: Backfills, data: DataAccess) => Promise<void>,
): Promise<void> {
  await withData(options, async (data) => {
    try {
      await work(data.backfills, data);
    } catch (error) {
      if (!(error instanceof BackfillError)) throw error;
      throw new CommandError(error.message, error.code === 'invalid' ? EXIT.usage : EXIT.failed);
    }
  });
}

function filterOf(options: NewBackfillOptions): FilterInput {
  return {
    stages: options.stage,
    createdFrom: options.createdSince,
    createdTo: options.createdUntil,
    updatedFrom: options.changedSince,
    updatedTo: options.changedUntil,
    owners: options.owner,
    field: options.field,
    hasEmail: options.withEmail,
  };
}

async function untilPlanned(backfills: Backfills, id: number): Promise<Backfill> {
  const line = createProgressLine(
    process.stderr,
    () => performance.now(),
    () => 'Reading deals for the plan …',
  );
  try {
    for (;;) {
      const backfill = await backfills.find(id);
      if (backfill.state === 'planned') return backfill;
      if (backfill.state !== 'planning')
        throw new CommandError(`The backfill is ${backfill.state}. ${backfill.problem ?? ''}`);
      line.show(backfill);
      await sleep(POLL_EVERY_MS);
    }
  } finally {
    line.end();
  }
}

async function confirmAndRun(backfills: Backfills, planned: Backfill, options: StartOptions): Promise<void> {
  const { counts, isExact } = planned.plan!;
  const about = isExact ? '' : 'about ';
  const events = (options.events ?? []).map(({ pipeline, stage }) => `${pipeline}/${stage}`).join(', ');
  const also = events === '' ? 'No event is sent' : `Events are prepared for ${events} and held`;
  const question = `Send ${about}${plural(counts.newPeople + counts.updatedPeople, 'person', 'people')} to Customer.io? ${also}.`;
  if (!(await confirmChange(question, options.yes))) return;
  await backfills.start(planned.id, options.events ?? []);
  await watch(backfills, planned.id, options);
}

/** Shows the progress until the backfill ends or is paused. */
async function watch(backfills: Backfills, id: number, { json }: BackfillOptions): Promise<void> {
  const line = createProgressLine(process.stderr, () => performance.now(), progressText);
  const wasInterrupted = interruption();
  try {
    for (;;) {
      const backfill = await backfills.find(id);
      line.show(backfill);
      if (backfill.state !== 'running' || wasInterrupted()) {
        line.end();
        if (json) printJson(backfill);
        else print(renderResult(backfill));
        process.exitCode = backfill.state === 'done' ? EXIT.ok : EXIT.failed;
        return;
      }
      await sleep(POLL_EVERY_MS);
    }
  } finally {
    line.end();
    wasInterrupted.end();
  }
}

/** Ctrl-C ends the watching, not the backfill. */
function interruption(): { (): boolean; end(): void } {
  let isInterrupted = false;
  const onSignal = () => {
    isInterrupted = true;
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return Object.assign(() => isInterrupted, {
    end() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  });
}
