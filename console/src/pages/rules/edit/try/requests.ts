import type { Decision } from '../../../../api/types.ts';
import { difference, type Line } from '../../lines.ts';

type Request = Decision['requests'][number];

export interface ShownRequest {
  request: Request;
  lines: Line[];
}

/** Both decisions' requests, line by line, with what one has and the other has not marked. */
export function sideBySide(
  now: readonly Request[],
  draft: readonly Request[],
): [ShownRequest[], ShownRequest[]] {
  const lines = difference(now.flatMap(linesOf), draft.flatMap(linesOf));
  return [
    split(
      now,
      lines.filter(({ mark }) => mark !== 'new'),
    ),
    split(
      draft,
      lines.filter(({ mark }) => mark !== 'gone'),
    ),
  ];
}

/** The requests of a decision that nothing is compared with. */
export function unmarked(requests: readonly Request[]): ShownRequest[] {
  return sideBySide(requests, requests)[0];
}

/** What one decision does and the other does not, a line for each request; and the same ones with other contents. */
export function whatDiffers(now: Decision, draft: Decision): { lines: Line[]; otherContents: string[] } {
  const titles = ({ requests }: Decision) => requests.map(({ title }) => title);
  const lines = difference(titles(now), titles(draft));
  const contents = ({ requests }: Decision) =>
    new Map(requests.map((request) => [request.title, linesOf(request)]));
  const [before, after] = [contents(now), contents(draft)];
  const isOther = (title: string) => before.get(title)?.join('\n') !== after.get(title)?.join('\n');
  return {
    lines: lines.filter(({ mark }) => mark !== 'same'),
    otherContents: lines.filter(({ text, mark }) => mark === 'same' && isOther(text)).map(({ text }) => text),
  };
}

export function isSame(now: Decision, draft: Decision): boolean {
  return JSON.stringify(now) === JSON.stringify(draft);
}

function linesOf({ method, url, body }: Request): string[] {
  return [`${method} ${url}`, ...(body === null ? [] : JSON.stringify(body, null, 2).split('\n'))];
}

/** Deals the lines out to the requests that they come from. */
function split(requests: readonly Request[], lines: readonly Line[]): ShownRequest[] {
  let start = 0;
  return requests.map((request) => {
    const end = start + linesOf(request).length;
    const shown = { request, lines: lines.slice(start, end) };
    start = end;
    return shown;
  });
}
