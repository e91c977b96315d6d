/** Secrets by the names under which a failed test shows them. */
export type Secrets = Record<string, string>;

/** Shorter parts occur in ordinary text. */
const PART_LENGTH = 12;

/**
 * The names of the secrets that are in a text: as they are, percent-encoded, escaped as in JSON, in hex, in base64 or its URL form at any
 * offset, or only the first or last twelve characters of a long one.
 */
export function secretsIn(shown: string | Buffer, secrets: Secrets): string[] {
  const text = typeof shown === 'string' ? shown : shown.toString('latin1');
  return Object.keys(secrets).filter((name) => formsOf(secrets[name]!).some((form) => text.includes(form)));
}

function formsOf(secret: string): string[] {
  if (secret.length < PART_LENGTH) throw new Error(`"${secret}" is too short to be searched for.`);
  const hex = Buffer.from(secret).toString('hex');
  const parts =
    secret.length < 2 * PART_LENGTH ? [] : [secret.slice(0, PART_LENGTH), secret.slice(-PART_LENGTH)];
  return [
    ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
    ...[hex, hex.toUpperCase(), ...parts],
    ...(['base64', 'base64url'] as const).flatMap((encoding) => base64Forms(secret, encoding)),
  ];
}

/** Base64 of a text in which the secret begins at any byte: the characters that depend on the secret alone. */
function base64Forms(secret: string, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from(' '.repeat(offset) + secret)
      .toString(encoding)
      .replace(/=+$/, '');
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + Buffer.byteLength(secret)) * 8) / 6);
    return encoded.slice(start, end);
  });
}
