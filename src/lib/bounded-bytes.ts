const FIRST_SIZE = 4_096;

/** Bytes in one piece of memory, up to a limit; what exceeds it is dropped. */
export class BoundedBytes {
  readonly #max: number;
  #buffer = Buffer.alloc(0);
  length = 0;
  isCut = false;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#buffer.length;
  }

  push(byte: number): void {
    if (this.#makeRoom(1) === 1) this.#buffer[this.length++] = byte;
  }

  append(bytes: Uint8Array): void {
    const fitting = this.#makeRoom(bytes.length);
    this.#buffer.set(fitting === bytes.length ? bytes : bytes.subarray(0, fitting), this.length);
    this.length += fitting;
  }

  /** Valid until the next change. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.length);
  }

  copy(): Buffer {
    return Buffer.from(this.view());
  }

  clear(): void {
    this.length = 0;
    this.isCut = false;
  }

  /** @returns how many of the bytes fit */
  #makeRoom(bytes: number): number {
    const fitting = Math.min(bytes, this.#max - this.length);
    if (fitting < bytes) this.isCut = true;
    if (this.length + fitting > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_SIZE, this.#buffer.length * 2, this.length + fitting));
      larger.set(this.view());
      this.#buffer = larger;
    }
    return fitting;
  }
}
