import { CODES, type Code } from './codes.ts';
import type { HealthSide } from './health.ts';

/** What stands above each table, in the order of the page. */
const SECTIONS: [side: HealthSide, title: string][] = [
  ['kommo', 'Kommo'],
  ['customerio', 'Customer.io'],
  ['rules', 'Rules and planning'],
  ['installation', 'The installation'],
];

/** The lines between which docs/health.md has the tables of `healthReference`. */
export const REFERENCE_MARKS = { begin: '<!-- codes: npm run docs -->', end: '<!-- /codes -->' };

/** Every code with its meaning and what to do, as Markdown. */
export function healthReference(): string {
  return SECTIONS.map(([side, title]) => `### ${title}\n\n${tableOf(side)}\n`).join('\n');
}

function tableOf(side: HealthSide): string {
  const codes = Object.entries(CODES as Record<string, Code>).filter(([, code]) => code.side === side);
  const rows = codes.map(
    ([name, { lights, meaning, todo }]) => `| \`${name}\` | ${lights.join(' or ')} | ${meaning} | ${todo} |`,
  );
  return ['| code | light | what it means | what to do |', '|---|---|---|---|', ...rows].join('\n');
}

/** The page with its tables replaced by the present ones. @throws where the page has no marks */
export function withReference(page: string): string {
  const { begin, end } = REFERENCE_MARKS;
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`The page has no "${begin}" before "${end}".`);
  return `${page.slice(0, before)}${begin}\n\n${healthReference()}\n${page.slice(after)}`;
}
