import { type Dispatcher, request } from 'undici';
import { decodeBody } from './http-decode.ts';

export interface BoundedRequest {
  method: Dispatcher.HttpMethod;
  url: string | URL;
  headers: Record<string, string>;
  body: string | null;
  dispatcher: Dispatcher;
  /** Ends the request, from the connecting to the last byte of the answer. */
  signal: AbortSignal;
  /** The largest body in bytes, compressed and decompressed, of a success (below 300) and of any other answer. */
  maxBytes: { success: number; failure: number };
}

export interface BoundedAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Decompressed. Null where an answer that is not a success could not be read to its end. */
  body: Buffer | null;
}

/** The `code` of the error where the body of a success is larger than allowed. */
export const BODY_TOO_LARGE = 'ERR_BUFFER_TOO_LARGE';

/**
 * One HTTP request, bounded in time and in size. Redirects are not followed.
 *
 * Once the head of an answer has come, its status counts: a 429 stays one although its body breaks off, never ends or
 * is too large. Only a success must be read to its end. Throws undici's error, or the signal's reason.
 *
 * undici's interceptors do not fit: `decompress` is experimental and skips errors, `dump` throws the body away,
 * `redirect` drops the credentials that the other region of Customer.io needs, and `responseError` knows no failure classes.
 */
export async function boundedRequest(options: BoundedRequest): Promise<BoundedAnswer> {
  const { method, url, headers, body, dispatcher, signal, maxBytes } = options;
  const asked = request(url, { method, headers, body, dispatcher, signal });
  // undici looks at a signal only once the connection stands, so a connection that is never made would outlast it.
  const response = await Promise.race([asked, rejectOnAbort(signal)]);
  const { statusCode: status } = response;
  const isSuccess = status < 300;
  const limit = isSuccess ? maxBytes.success : maxBytes.failure;
  try {
    const raw = await readBounded(response.body, limit);
    const decoded = await decodeBody(raw, response.headers['content-encoding'], limit);
    return { status, headers: response.headers, body: decoded };
  } catch (error) {
    if (isSuccess) throw error;
    return { status, headers: response.headers, body: null };
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

async function readBounded(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > limit) throw Object.assign(new Error('The body is too large.'), { code: BODY_TOO_LARGE });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
