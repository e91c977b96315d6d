import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

const DECODERS = new Map(
  Object.entries({
    gzip: promisify(gunzip),
    'x-gzip': promisify(gunzip),
    deflate: promisify(inflate),
    br: promisify(brotliDecompress),
    zstd: promisify(zstdDecompress),
  }),
);

/**
 * The bytes of a body without its `content-encoding`. We ask for none, but RFC 9110 (12.5.3) lets a server or a proxy
 * compress all the same. Throws where the encoding is unknown, the bytes are broken, or more than `maxBytes` come out.
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | string[] | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const names = [encoding ?? []].flat().join(',').toLowerCase().split(',');
  let bytes = body;
  for (const name of names.map((part) => part.trim()).reverse()) {
    // A 204 or an empty page may carry the header too.
    if (name === '' || name === 'identity' || bytes.length === 0) continue;
    const decoder = DECODERS.get(name);
    if (decoder === undefined) throw new Error(`unknown content-encoding ${name.slice(0, 20)}`);
    bytes = await decoder(bytes, { maxOutputLength: maxBytes });
  }
  return bytes;
}
