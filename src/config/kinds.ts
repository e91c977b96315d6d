import { parseDuration } from '../lib/duration.ts';
import { nearest } from '../lib/nearest.ts';
import { type Secret, secret } from '../lib/secret.ts';
import type { TextKind } from './keys.ts';
import { readAccountOrigin, readOrigin } from './origin.ts';
import { REPORT_NAMES } from './reports.ts';
import { readSource, type ValueSource } from './sources.ts';
import { checkTemplate, type TextScope } from './templates.ts';

/** One of a fixed set of values. */
export function oneOf<const T extends string>(values: readonly T[]): TextKind<T> {
  return {
    label: values.map((value) => `\`${value}\``).join(' or '),
    read(text, refuse) {
      const found = values.find((value) => value === text);
      return found ?? refuse(`must be ${values.join(' or ')}`, () => didYouMean(text, values));
    },
  };
}

function didYouMean(text: string, values: readonly string[]): string | undefined {
  const near = nearest(text, values);
  return near === null ? undefined : `Did you mean "${near}"?`;
}

export function wholeNumber(min: number, max: number, why: string): TextKind<number> {
  return {
    label: `a number from ${min} to ${max}`,
    read(text, refuse) {
      const found = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return found >= min && found <= max
        ? found
        : refuse(`must be a whole number from ${min} to ${max}`, why);
    },
  };
}

/** A time span, in seconds. */
export function duration(min: string, max: string): TextKind<number> {
  return {
    label: 'a duration',
    read(text, refuse) {
      const seconds = parseDuration(text);
      if (seconds === null) return refuse('must be a duration', 'Write 5d, 36h, 90m or 30s.');
      const fits = seconds >= parseDuration(min)! && seconds <= parseDuration(max)!;
      return fits ? seconds : refuse(`must be from ${min} to ${max}`);
    },
  };
}

/** A key or token, which error messages never show. */
export const secretText: TextKind<Secret> = {
  label: 'a secret',
  read(text, refuse) {
    if (/^[\x21-\x7e]+$/.test(text)) return secret(text);
    return refuse('contains a space or another character that keys never contain', 'Copy it once more.');
  },
};

/** Sixteen characters of random hex are 64 bits, which cannot be guessed through a web server. */
const MIN_WEBHOOK_SECRET = 16;

export const webhookSecret: TextKind<Secret> = {
  label: 'a secret',
  read(text, refuse) {
    const make = 'Make one with `openssl rand -hex 16`.';
    if (!/^[\w-]+$/.test(text)) return refuse('may contain letters, digits, "-" and "_" only', make);
    if (text.length >= MIN_WEBHOOK_SECRET) return secret(text);
    return refuse(`is too short: at least ${MIN_WEBHOOK_SECRET} characters`, make);
  },
};

/** The public half of a key. */
export const plainKey: TextKind<string> = {
  label: 'a text',
  read: (text, refuse) =>
    /^[\x21-\x39\x3b-\x7e]+$/.test(text) ? text : refuse('contains a character that keys never contain'),
};

export const accountOrigin: TextKind<string> = { label: 'an origin', read: originReader(readAccountOrigin) };
export const apiOrigin: TextKind<string> = { label: 'an origin', read: originReader(readOrigin) };

function originReader(readFrom: typeof readOrigin): TextKind<string>['read'] {
  return (text, refuse) => {
    const found = readFrom(text);
    return 'origin' in found ? found.origin : refuse(found.message, found.hint);
  };
}

/** The name of an event in Customer.io: 100 bytes (Track API limits). */
export const eventName: TextKind<string> = {
  label: 'the name of an event',
  read(text, refuse) {
    if (/\p{Cc}/u.test(text)) return refuse('must be in one line');
    const bytes = Buffer.byteLength(text);
    return bytes <= 100 ? text : refuse(`is too long: ${bytes} bytes, and Customer.io takes 100`);
  },
};

export const pipelineOrStage: TextKind<string> = { label: 'a name or id', read: (text) => text };

export const reportName: TextKind<string> = {
  label: 'the name of a report',
  read(text, refuse) {
    if (REPORT_NAMES.includes(text)) return text;
    return refuse('must be the name of a report', () => reportHint(text));
  },
};

/** What to write instead of an unknown report's name. */
export function reportHint(name: string): string {
  const near = nearest(name, REPORT_NAMES);
  return near ? `Did you mean "${near}"?` : 'Write <object>_<metric>, such as email_opened or sms_clicked.';
}

/** A value that goes to Customer.io. */
export function source(scope: TextScope): TextKind<ValueSource> {
  return {
    label: 'a value path, Liquid text, number or boolean',
    read(text, refuse) {
      const found = readSource(text, scope);
      if ('source' in found) return found.source;
      for (const fault of found.faults) refuse(fault.message, fault.hint);
      return text;
    },
  };
}

/** A text for people. */
export function liquidText(scope: TextScope): TextKind<string> {
  return {
    label: 'a Liquid text',
    read(text, refuse) {
      for (const fault of checkTemplate(text, scope)) refuse(fault.message, fault.hint);
      return text;
    },
  };
}
