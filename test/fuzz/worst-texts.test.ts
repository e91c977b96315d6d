import { describe, expect, it } from 'vitest';
import { YAMLParseError } from 'yaml';
import { publicUrl } from '../../src/commands/options/public-url.ts';
import { wrap } from '../../src/commands/terminal/wrap.ts';
import { formatKeyPath, parseKeyPath } from '../../src/config/problems.ts';
import { explainYamlError } from '../../src/config/yaml-errors.ts';
import { errorMessage, parseBody, shortMessage } from '../../src/customerio/answer-body.ts';
import { readReport } from '../../src/customerio/index.ts';
import { masked } from '../../src/doctor/webhook.ts';
import { addressOf } from '../../src/domain/address.ts';
import { causeOf } from '../../src/failures/advice.ts';
import { maskedHeaders, readableBody } from '../../src/http/api/event/request-body.ts';
import { cookieValues } from '../../src/http/auth/cookies.ts';
import { networksOf } from '../../src/http/auth/network.ts';
import { escapeControls, escapeLine, removeControls } from '../../src/lib/control-characters.ts';
import { nameProblem, normalizedName, skeletonOf } from '../../src/lib/display-names.ts';
import { parseDuration } from '../../src/lib/duration.ts';
import { oneLine } from '../../src/lib/one-line.ts';
import { retryAfterMs } from '../../src/lib/retry-after.ts';
import { withoutEndSlashes } from '../../src/lib/trim-end.ts';

/*
 * Texts of strangers, each built so that a careless regular expression takes quadratic time: many places where a match can
 * begin, and none where it ends. With 300 KB, `/<title[^>]*>/` took 17 s.
 */

const BYTES = 300_000;

/** Processor time, ms. What takes linear time needs a few hundredths of this, quadratic time several times as much. */
const LINEAR_MS = 3_000;
const times = (part: string) => part.repeat(Math.ceil(BYTES / part.length));

const TEXTS: Record<string, string> = {
  'unclosed title tags': times('<title'),
  'unclosed tags': times('<'),
  'a closed tag and many spaces': `<a>${times(' ')}x`,
  slashes: `${times('/')}x`,
  spaces: `${times(' ')}x`,
  'line ends': `${times('\n')}x`,
  'control characters': times('\x1b'),
  'one long word': times('a'),
  'parts of addresses': times('a.'),
  'addresses without an end': times('a@'),
  digits: times('1'),
  hex: times('12345678-'),
  'open quotes': times('identifier "'),
  brackets: times('["'),
  'open braces': times('[,{ '),
  equals: times('a='),
  colons: times(': '),
  'bits of an IPv6 address': times('1:'),
  quotes: times('"'),
  escapes: times('%5B'),
};

const error = new YAMLParseError([0, 1], 'UNEXPECTED_TOKEN', 'unexpected');
const html = (text: string) => errorMessage(parseBody(`<${text}`));

/** What is done with a text of strangers. */
const USES: Record<string, (text: string) => unknown> = {
  'an error page of Customer.io': html,
  'an error text of Customer.io': shortMessage,
  'an error text as a cause': causeOf,
  'an email address': addressOf,
  'one line': (text) => oneLine(text, 300),
  'a wrapped text': (text) => wrap(text.slice(0, 20_000), 80),
  'a printed text': escapeControls,
  'a printed line': escapeLine,
  'a note': removeControls,
  'the slashes at the end': withoutEndSlashes,
  'a webhook of Kommo': (text) => masked(`https://hooks.example/${encodeURI(text.slice(0, 100_000))}`),
  'a public address': (text) => {
    try {
      return publicUrl(`https://stagepost.example/${text}`);
    } catch (failure) {
      return failure;
    }
  },
  'a webhook shown as JSON': (text) =>
    readableBody(Buffer.from(text), { 'content-type': 'application/json' }),
  'a webhook shown as a form': (text) => readableBody(Buffer.from(text), { 'content-type': 'x-urlencoded' }),
  'a header': (text) => maskedHeaders({ 'user-agent': text }),
  'a report': (text) =>
    readReport(Buffer.from(JSON.stringify({ metric: 'opened', data: { subject: text } }))),
  cookies: (text) => cookieValues({ headers: { cookie: text }, isOverTls: false }, 'stagepost_session'),
  'an address': networksOf,
  'a waiting time': (text) => retryAfterMs(text, 0),
  'a duration': parseDuration,
  'a name': (text) => [
    normalizedName(text.slice(0, 200)),
    nameProblem(text.slice(0, 200)),
    skeletonOf(text.slice(0, 200)),
  ],
  'a line of YAML': (text) => explainYamlError(error, text.slice(0, 1000), 1),
  'a path of keys': (text) => formatKeyPath(parseKeyPath(text.slice(0, 4_000))),
};

describe.each(Object.entries(USES))('%s', (_use, run) => {
  it.each(Object.entries(TEXTS))('takes no quadratic time with %s', (_text, text) => {
    const started = process.cpuUsage();
    run(text);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(LINEAR_MS);
  });
});

it('the title of an error page is still found', () => {
  expect(html('html><head><TITLE lang="en"> 502 Bad Gateway </TITLE>')).toBe(
    'an HTML page titled "502 Bad Gateway"',
  );
  expect(html('html><body>down')).toBe('an HTML page without a title');
});
