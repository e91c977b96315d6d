import { isUtf8 } from 'node:buffer';

/** How a compressed body begins (RFC 1952, RFC 8878); deflate and br have no such mark. */
const MARKS: [string, number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];
const ENCODINGS = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress'];

/**
 * Why a stored body cannot be read, where it is compressed; null where it is not. A proxy may unpack a
 * body and leave the header, so the bytes decide.
 */
export function compressionProblem(headers: Record<string, string>, body: Buffer): string | null {
  const claimed = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  const named = ENCODINGS.find((encoding) => claimed.some((claim) => claim.trim() === encoding));
  const marked = MARKS.find(([, mark]) => body.subarray(0, mark.length).equals(Buffer.from(mark)))?.[0];
  const encoding = marked ?? (isUtf8(body) ? undefined : named);
  return encoding === undefined
    ? null
    : `The body is compressed (${encoding}), and Stagepost unpacks nothing. Neither Kommo nor Customer.io ` +
        'compresses what it sends: let the proxy in front of Stagepost pass bodies on as they come.';
}
