import { HttpError } from './http-error.ts';

const RETRY_SECONDS = 2;

/** The memory for bodies is used up. Both senders of webhooks soon send them again. */
export class BodyBudgetExceeded extends HttpError {
  constructor() {
    super(
      503,
      'Stagepost is reading too many requests at this moment. Please send this one again.',
      RETRY_SECONDS,
    );
  }
}

export interface BodyBudgetOptions {
  /** The memory of all bodies that are being read, in bytes. */
  maxBytes: number;
  /** The share of one network, in bytes. */
  maxBytesOfNetwork: number;
}

/** A body that is being read. */
export interface BodyReading {
  /** Takes further memory. @returns false where there is none: then the reading must end */
  grow(bytes: number): boolean;
  /** Gives a part of its memory back. */
  shrink(bytes: number): void;
  /** Gives its memory back. */
  end(): void;
}

interface Holder {
  network: string;
  bytes: number;
  drop(): void;
}

/**
 * Bounds the memory of bodies that are being read, all together: strangers may send to some addresses, and each may hold a
 * body for ten seconds. Where the memory is used up, the largest body makes room for a smaller one, since a webhook has
 * some kilobytes and a body that is held to do harm has many.
 */
export class BodyBudget {
  readonly #options: BodyBudgetOptions;
  readonly #holders = new Set<Holder>();
  readonly #ofNetwork = new Map<string, number>();
  #total = 0;

  constructor(options: BodyBudgetOptions) {
    this.#options = options;
  }

  /** Memory in use, in bytes. */
  get bytes(): number {
    return this.#total;
  }

  /** @param drop ends the reading, because a smaller body needs its memory */
  open(network: string, drop: () => void): BodyReading {
    const holder: Holder = { network, bytes: 0, drop };
    this.#holders.add(holder);
    return {
      grow: (bytes) => this.#grow(holder, bytes),
      shrink: (bytes) => this.#shrink(holder, bytes),
      end: () => this.#end(holder),
    };
  }

  #grow(holder: Holder, bytes: number): boolean {
    const { maxBytes, maxBytesOfNetwork } = this.#options;
    while ((this.#ofNetwork.get(holder.network) ?? 0) + bytes > maxBytesOfNetwork)
      if (!this.#dropLargest(holder, bytes, holder.network)) return false;
    while (this.#total + bytes > maxBytes) if (!this.#dropLargest(holder, bytes, null)) return false;
    this.#add(holder, bytes);
    return true;
  }

  /** @returns false where no other body is larger than this one would be */
  #dropLargest(holder: Holder, bytes: number, network: string | null): boolean {
    let largest: Holder | null = null;
    for (const other of this.#holders) {
      if (network !== null && other.network !== network) continue;
      if (other.bytes > (largest?.bytes ?? holder.bytes + bytes)) largest = other;
    }
    if (largest === null || largest === holder) return false;
    this.#end(largest);
    largest.drop();
    return true;
  }

  /** Nothing where the reading was ended: its memory was given back then. */
  #shrink(holder: Holder, bytes: number): void {
    if (this.#holders.has(holder)) this.#add(holder, -bytes);
  }

  #end(holder: Holder): void {
    if (!this.#holders.delete(holder)) return;
    this.#add(holder, -holder.bytes);
  }

  #add(holder: Holder, bytes: number): void {
    const ofNetwork = (this.#ofNetwork.get(holder.network) ?? 0) + bytes;
    if (ofNetwork > 0) this.#ofNetwork.set(holder.network, ofNetwork);
    else this.#ofNetwork.delete(holder.network);
    holder.bytes += bytes;
    this.#total += bytes;
  }
}
