/** A shorter secret would tear ordinary words apart. */
const MIN_SECRET_LENGTH = 4;

/**
 * Replaces each secret in a text by `***`.
 * @param isCut the text was cut, so that it may end within a secret: the beginning of one at its end is replaced too.
 */
export function maskSecrets(text: string, secrets: readonly string[], isCut = false): string {
  return secrets
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .reduce((masked, secret) => {
      const whole = masked.replaceAll(secret, '***');
      return isCut ? withoutPartAtEnd(whole, secret) : whole;
    }, text);
}

function withoutPartAtEnd(text: string, secret: string): string {
  const longest = Math.min(secret.length - 1, text.length);
  for (let length = longest; length >= MIN_SECRET_LENGTH; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}***`;
  return text;
}
