import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** The length of a key, bytes. */
export const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORM = 's1';

/** A sealed text cannot be opened. The message is for the person who runs Stagepost, and has nothing of the text. */
export class SealError extends Error {
  /** The key is not there; otherwise the text was changed or is in a wrong place. */
  readonly isKeyMissing: boolean;
  constructor(message: string, isKeyMissing = false) {
    super(message);
    this.name = 'SealError';
    this.isKeyMissing = isKeyMissing;
  }
}

/**
 * Encrypts secrets that are stored, with AES-256-GCM. A sealed text is `s1.<key id>.<base64url of IV, text and tag>`. It can
 * only be opened with the context that it was sealed with, so that a secret that is copied to another row does not open.
 */
export class Keyring {
  /** By id. The first key seals; the others only open what was sealed before a rotation. */
  readonly #keys: ReadonlyMap<string, KeyObject>;

  /** @param keys at least one, of 32 bytes each; the first one seals */
  constructor(keys: readonly Buffer[]) {
    this.#keys = new Map(keys.map((key) => [idOfKey(key), createSecretKey(key)]));
  }

  /** Of the key that seals. Not secret. */
  get activeId(): string {
    return this.#keys.keys().next().value!;
  }

  /** @param context names the place where the text is stored, such as `connection/acme` */
  seal(text: string, context: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.get(this.activeId)!, iv);
    cipher.setAAD(Buffer.from(context));
    const sealed = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `${FORM}.${this.activeId}.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** @throws SealError where the key is missing, or the text was changed or sealed for another context */
  open(sealed: string, context: string): string {
    const id = keyIdOf(sealed);
    const key = id === null ? undefined : this.#keys.get(id);
    if (!key) throw new SealError(missingKey(id), id !== null);
    const bytes = Buffer.from(sealed.slice(sealed.lastIndexOf('.') + 1), 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) throw new SealError(DAMAGED);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES));
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString('utf8');
    } catch {
      throw new SealError(DAMAGED);
    }
  }

  /** Whether the key is there with which it was sealed. */
  hasKeyOf(sealed: string): boolean {
    const id = keyIdOf(sealed);
    return id !== null && this.#keys.has(id);
  }

  /** Whether it was sealed with the key that seals now. */
  isCurrent(sealed: string): boolean {
    return keyIdOf(sealed) === this.activeId;
  }
}

/** The id of the key that a text was sealed with; null where it is no sealed text. */
export function keyIdOf(sealed: string): string | null {
  return /^s1\.([0-9a-f]{8})\.[\w-]*$/.exec(sealed)?.[1] ?? null;
}

/** An id says which key is meant, and nothing about the key. */
export function idOfKey(key: Buffer): string {
  return createHash('sha256').update('stagepost key id\0').update(key).digest('hex').slice(0, 8);
}

const DAMAGED = 'A stored secret is damaged: it does not belong to where it is stored, or was changed.';

function missingKey(id: string | null): string {
  if (id === null) return DAMAGED;
  return (
    `A stored secret was encrypted with the key ${id}, which is not there. Set STAGEPOST_SECRET_KEY as on the machine that ` +
    'stored it, or copy its file secret.key into the data folder.'
  );
}
