import type { WaitingWork } from '../../api/types.ts';
import { counted } from '../../languages/locale.ts';
import { waitingTexts as labels, listNames } from '../../texts.ts';
import { nameOf } from './problem-sentence.ts';

/** What waits, and for which clients; null where nothing does. */
export function waitingSentence({ actions, events, deals, examples, isMore }: WaitingWork): string | null {
  const what = [
    ...(events > 0 ? [labels.events(events)] : []),
    ...actions.map(({ count, names }) => counted(count, names)),
  ];
  if (what.length === 0) return null;
  const names = examples.map((example) => nameOf({ ...example, person: null }));
  const waits = labels.waits(listNames(what, what.length), isMore);
  return names.length === 0 ? waits : `${waits} ${labels.who(listNames(names, deals))}`;
}
