import { reportMetrics, reportObjects } from '../texts.ts';

const NAME = new RegExp(
  `\\b(${Object.keys(reportObjects).join('|')})_(${Object.keys(reportMetrics).join('|')})(?![\\w])`,
  'g',
);

/** A piece of a sentence; with `name` where the words stand for a report's name. */
export interface Piece {
  text: string;
  name?: string;
}

/** A sentence of the server, with the names of Customer.io's reports (`email_opened`) in words. */
export function readable(sentence: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const found of sentence.matchAll(NAME)) {
    const [name, object, metric] = found as unknown as [string, string, string];
    if (found.index > end) pieces.push({ text: sentence.slice(end, found.index) });
    pieces.push({ text: `${reportObjects[object]} ${reportMetrics[metric]}`, name });
    end = found.index + name.length;
  }
  if (end < sentence.length) pieces.push({ text: sentence.slice(end) });
  return pieces;
}

/** The same as plain text, without the names. */
export function plain(sentence: string): string {
  return readable(sentence)
    .map(({ text }) => text)
    .join('');
}
