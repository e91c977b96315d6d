import { number } from './texts.ts';

/** The page of a client or a deal. */
export const subjectTexts = {
  deal: (id: number) => `deal ${id}`,
  deals: 'Deals',
  stage: (stage: string, pipeline: string) => `${stage} (${pipeline})`,
  notRead: 'Name and stage appear when the deal moves next.',
  mailable: 'Can be emailed: yes',
  notMailable: (reason: string) => `Can be emailed: no, ${reason}`,
  shows: (field: string) => `Kommo shows ${field}`,
  isTrue: 'that is so',
  saysMailable: 'not true: the client can’t be emailed',
  saysNotMailable: 'not true any more: the client can be emailed',
  notWritten: 'on its way to Kommo',
  details: 'Attributes last sent to Customer.io',
  history: 'Stage changes and emails',
  showAll: (count: number) => `Show all events (${number(count)} more)`,
  showMain: 'Show only what matters',
  runsOut: (exact: string) => `runs out ${exact}`,
};

const MOMENT = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** "Sat, 5 Dec, 20:39" in the reader's language and time zone. @param at ms since 1970 */
export function moment(at: number): string {
  return MOMENT.format(at);
}
