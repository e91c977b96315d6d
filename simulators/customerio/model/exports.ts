import { randomBytes } from 'node:crypto';

/** A file of people or deliveries. */
export interface Export {
  readonly id: number;
  readonly type: 'customers' | 'deliveries';
  readonly description: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** ms from which it is done. */
  readonly doneAt: number;
  /** The file as CSV, its first row the names of the columns. */
  readonly csv: string;
  /** Rows without that of the names. */
  readonly total: number;
  downloads: number;
}

interface Link {
  exported: Export;
  /** ms. */
  validUntil: number;
}

/** "The link expires after 15 minutes" (Customer.io docs). */
const LINK_LIFE_MS = 15 * 60_000;

export interface Exports {
  add(fresh: Omit<Export, 'id' | 'downloads'>): Export;
  /** By the id as a path has it. */
  get(id: string): Export | undefined;
  all(): Export[];
  /** A link's secret part, valid for 15 minutes. */
  sign(exported: Export): string;
  /** The export of a link, which counts as a download; undefined for a link that has expired or never was. */
  download(token: string): Export | undefined;
}

export function createExports(now: () => number): Exports {
  const all: Export[] = [];
  const links = new Map<string, Link>();
  return {
    add(fresh) {
      const exported = { ...fresh, id: all.length + 1, downloads: 0 };
      all.push(exported);
      return exported;
    },
    get: (id) => all.find((one) => String(one.id) === id),
    all: () => all,
    sign(exported) {
      const token = randomBytes(16).toString('hex');
      links.set(token, { exported, validUntil: now() + LINK_LIFE_MS });
      return token;
    },
    download(token) {
      const link = links.get(token);
      if (!link || now() >= link.validUntil) return undefined;
      link.exported.downloads++;
      return link.exported;
    },
  };
}

/** Quotes what a CSV must quote. */
const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

export const csvOf = (columns: string[], rows: unknown[][]): string =>
  [columns, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
