/** `***` for each secret. Below 4 characters there is none: it would tear words apart. */
export function withoutSecrets(text: string, secrets: string[], isCut = false): string {
  return secrets
    .filter((secret) => secret.length >= 4)
    .reduce((clean, secret) => {
      const whole = clean.replaceAll(secret, '***');
      return isCut ? withoutEnd(whole, secret) : whole;
    }, text);
}

/** A text that was cut may break off within a secret. */
function withoutEnd(text: string, secret: string): string {
  for (let length = Math.min(secret.length - 1, text.length); length >= 4; length -= 1)
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}***`;
  return text;
}
