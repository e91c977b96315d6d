import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ConnectionYaml } from './scene.ts';

type Json = Record<string, unknown>;

/** A step of an input that is sent to Stagepost: a webhook of Kommo, or a report of Customer.io. */
export interface SentStep {
  /** Unix seconds. */
  at: number;
  to: 'kommo' | 'customerio';
  /** A form body, or the report. */
  body: string | Json;
}

/** One file of `inputs/`, as it is. */
export interface Input {
  /** Unix seconds around which it plays. */
  now: number;
  // biome-ignore lint/suspicious/noExplicitAny: each input has a shape of its own
  kommo: any;
  sent: SentStep[];
  variants: string[];
}

interface RawStep {
  at?: number;
  send?: string;
  body?: string | Json;
}

const isSent = (step: RawStep | string): step is RawStep & Required<Pick<RawStep, 'at' | 'send' | 'body'>> =>
  typeof step === 'object' && step.send !== undefined && step.at !== undefined && step.body !== undefined;

/** Reads `inputs/<name>.json`. Escaped variants are unescaped. */
export function readInput(name: string): Input {
  const text = readFileSync(join(import.meta.dirname, '../inputs', `${name}.json`), 'utf8');
  const raw = JSON.parse(text) as Json;
  const steps = (raw.steps ?? []) as (RawStep | string)[];
  const escaped = ((raw.variants_escaped ?? []) as string[]).map((one) => JSON.parse(`"${one}"`) as string);
  return {
    now: raw.now as number,
    kommo: raw.kommo ?? {},
    sent: steps.filter(isSent).map(({ at, send, body }) => ({
      at,
      to: send.includes('/webhooks/kommo/') ? 'kommo' : 'customerio',
      body,
    })),
    variants: [...((raw.variants ?? []) as string[]), ...escaped],
  };
}

/** The connection of `inputs/<name>.yaml`. */
export function readConnection(name: string): ConnectionYaml {
  const text = readFileSync(join(import.meta.dirname, '../inputs', `${name}.yaml`), 'utf8');
  return (parse(text) as { connections: { acme: ConnectionYaml } }).connections.acme;
}
