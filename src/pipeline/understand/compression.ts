import { isUtf8 } from 'node:buffer';

/** The first bytes of compressed bodies (RFC 1952, RFC 8878); deflate and br have no such mark. */
const MARKS: [string, number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];
const ENCODINGS = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress'];

/**
 * The error text for a compressed body; null where the body is not compressed. A proxy may unpack a body and leave the
 * header, so the bytes decide.
 */
export function compressionProblem(headers: Record<string, string>, body: Buffer): string | null {
  const inHeader = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  const named = ENCODINGS.find((encoding) => inHeader.some((name) => name.trim() === encoding));
  const marked = MARKS.find(([, mark]) => body.subarray(0, mark.length).equals(Buffer.from(mark)))?.[0];
  const encoding = marked ?? (isUtf8(body) ? undefined : named);
  return encoding === undefined
    ? null
    : `The body is compressed (${encoding}), and Stagepost does not decompress bodies. Kommo and Customer.io send them ` +
        'uncompressed: configure the proxy in front of Stagepost to pass bodies on unchanged.';
}
