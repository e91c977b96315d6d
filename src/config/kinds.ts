import { parseQuietHours, type QuietHours } from '../domain/rules/quiet-hours.ts';
import { ANY_ENGAGEMENT } from '../domain/rules/stop-reports.ts';
import { parseDuration } from '../lib/duration.ts';
import { nearest } from '../lib/nearest.ts';
import { type Secret, secret } from '../lib/secret.ts';
import type { TextKind } from './keys.ts';
import { readAccountOrigin, readOrigin } from './origin.ts';
import { REPORT_NAMES } from './reports.ts';
import { readSource, type ValueSource } from './sources.ts';
import { checkTemplate, type TextScope } from './templates.ts';

/** Short, and neither an email nor what Customer.io takes for a `cio_id` in a path. */
export const idPrefix: TextKind<string> = {
  label: 'a text',
  read: (text, refuse) =>
    /^(?!cio_)[a-z0-9_.:-]{0,30}$/i.test(text)
      ? text
      : refuse(
          `"${text}" cannot come before an id`,
          'Use up to 30 letters, digits, "_", ".", ":" and "-", and do not begin with "cio_".',
        ),
};

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

/** A switch. `true` and `false` mean the same. */
export const onOrOff: TextKind<boolean> = {
  label: '`on` or `off`',
  read(text, refuse) {
    if (text === 'on' || text === 'true') return true;
    return text === 'off' || text === 'false' ? false : refuse('must be on or off');
  },
};

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

/** A whole number, or `off` for null. */
export function wholeNumberOrOff(min: number, max: number, why: string): TextKind<number | null> {
  const number = wholeNumber(min, max, why);
  return {
    label: `${number.label}, or \`off\``,
    read: (text, refuse) => (text === 'off' ? null : number.read(text, refuse)),
  };
}

/** A time span, in seconds. */
export function duration(min: string, max: string): TextKind<number> {
  return {
    label: 'a duration',
    read(text, refuse) {
      const seconds = parseDuration(text);
      if (seconds === null)
        return refuse('must be a duration', 'Write 5d, 36h, 90m or 30s, or in words: 4 hours, 2 days.');
      const fits = seconds >= parseDuration(min)! && seconds <= parseDuration(max)!;
      return fits ? seconds : refuse(`must be from ${min} to ${max}`);
    },
  };
}

/** A time span, in seconds, or `off` for 0. */
export function durationOrOff(min: string, max: string): TextKind<number> {
  const span = duration(min, max);
  return {
    label: 'a duration or `off`',
    read: (text, refuse) => (['off', '0'].includes(text.trim()) ? 0 : span.read(text, refuse)),
  };
}

const SIZE_UNITS = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** A part of the day, or `off` for null: `21:00-08:00`. */
export const quietHours: TextKind<QuietHours | null> = {
  label: 'two times, or `off`',
  read(text, refuse) {
    if (text === 'off') return null;
    return parseQuietHours(text) ?? refuse('must be two times of the day', 'Write 21:00-08:00, or off.');
  },
};

/** An amount of disk space, in bytes: `500MB`, `50 GB`, `1.5TB`. At least 100 MB. */
export const diskSize: TextKind<number> = {
  label: 'a size',
  read(text, refuse) {
    const match = /^(\d+(?:\.\d+)?)\s*(MB|GB|TB)$/i.exec(text.trim());
    if (match === null) return refuse('must be a size', 'Write 500MB, 50GB or 1.5TB.');
    const bytes = Number(match[1]) * SIZE_UNITS[match[2]!.toUpperCase() as keyof typeof SIZE_UNITS];
    return bytes >= 1e8 ? bytes : refuse('must be at least 100MB');
  },
};

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

/** The address of a page, kept as it is written. */
export const webAddress: TextKind<string> = {
  label: 'an address',
  read(text, refuse) {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash) return text;
    return refuse('must be an address that starts with https://');
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

/** What stops an inactivity timer. */
export const stopReport: TextKind<string> = {
  label: 'the name of a report or `any_engagement`',
  read(text, refuse) {
    if (text === ANY_ENGAGEMENT || REPORT_NAMES.includes(text)) return text;
    return refuse(
      'must be the name of a report',
      () => didYouMean(text, [...REPORT_NAMES, ANY_ENGAGEMENT]) ?? reportHint(text),
    );
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
