/** The open work of a connection, as far as a change of it concerns it. */
export interface ConcernedWork {
  /** Requests not yet understood, and events not yet planned. */
  inbox: number;
  events: number;
  kommo: number;
  customerio: number;
  /** Deals of bursts that somebody must decide about. */
  held: number;
  dead: number;
  watches: number;
}

/** What a pause means now, in sentences. */
export function consequencesOfPause(work: ConcernedWork): string[] {
  return [
    'Webhooks of Kommo and Customer.io are still received and stored.',
    `Nothing is planned or sent until it is resumed. ${openText(work, 'waits', 'wait')}`,
    ...(work.watches > 0
      ? [`${counted(work.watches, 'inactivity timer')} cannot run out during the pause.`]
      : []),
    'Customer.io starts no campaign for events that are older than 72 hours: after a longer pause, older stage changes are skipped.',
    'Other connections go on.',
  ];
}

/** What a resumption means now, in sentences. */
export function consequencesOfResumption(work: ConcernedWork): string[] {
  return [
    `It goes on where it was paused. ${openText(work, 'is worked off', 'are worked off')}`,
    'Stage changes that are too old for their campaign are skipped, and shown as skipped.',
    ...(work.watches > 0
      ? ['Inactivity timers that ran out during the pause end a minute later, unless the client has reacted.']
      : []),
  ];
}

/** What a removal means now, in sentences. */
export function consequencesOfRemoval(work: ConcernedWork): string[] {
  return [
    'Its tokens, keys and settings are deleted. Export it first if it may come back.',
    openText(work, 'will never be sent', 'will never be sent'),
    ...(work.watches > 0 ? [`${counted(work.watches, 'inactivity timer')} will send nothing.`] : []),
    'Its webhooks are refused from now on: remove them in Kommo and Customer.io, too.',
    'Its history and its rules stay in the database. Nothing changes in Kommo or Customer.io.',
  ];
}

function openText(
  { inbox, events, kommo, customerio, held, dead }: ConcernedWork,
  one: string,
  many: string,
): string {
  const parts = [
    [inbox + events, 'stage change or report', 'stage changes and reports'],
    [customerio, 'call to Customer.io', 'calls to Customer.io'],
    [kommo, 'change in Kommo', 'changes in Kommo'],
    [held, 'held deal', 'held deals'],
    [dead, 'failed action', 'failed actions'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0);
  if (shown.length === 0) return 'Nothing is open now.';
  const texts = shown.map(([count, singular, plural]) => counted(count, singular, plural));
  const isOne = shown.length === 1 && shown[0]![0] === 1;
  return `Open now: ${texts.join(', ')}, which ${isOne ? one : many}.`;
}

function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;
}
