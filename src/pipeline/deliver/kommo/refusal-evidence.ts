import type { KommoItems } from '../../../domain/actions/writes.ts';
import { backoff } from '../../../lib/backoff.ts';

type CallName = keyof KommoItems;

/**
 * Whose fault a refusal is that names no item:
 * - `item`: Kommo takes other writes of the same kind, so this one is at fault.
 * - `account`: Kommo refuses the whole account (payment, maintenance, an error code of its own).
 * - `unsure`: nothing else was written since, and Kommo can be read; or only writes of other kinds were. An account may take
 *   changes of deals and refuse new notes (public issue threads: expired plans, missing rights).
 */
export type Verdict = 'item' | 'account' | 'unsure';

/** An item that was refused this often, while other writes were accepted, is at fault. */
const MOST_REFUSALS = 3;
/** So many items of different deals refused in a row, and none accepted, make further calls useless for now. */
export const ENOUGH_REFUSED = 3;
/** The refused items that are remembered; older ones are forgotten and get their tries again. */
const MAX_REMEMBERED = 1_000;
const PAUSE = { firstMs: 5_000, maxMs: 5 * 60_000 };

/**
 * Texts of Kommo that are about the account, in the languages that it has: English, Spanish, Portuguese, Turkish, Indonesian, and
 * Russian. "Error code 244. If the error persists, contact our support team" was seen in life, in Russian, too.
 */
const ABOUT_ACCOUNT = new RegExp(
  [
    '(error code|código de erro|código de error|codigo de erro|код ошибки|hata kodu|kode (kesalahan|galat|error))\\W*\\d+',
    'contact (our )?support|soporte|suporte|поддержк|destek ekibi|tim dukungan',
    'maintenance|technical works?|mantenimiento|manutenção|технически[ехм] работ|bakım|pemeliharaan',
    'payment|not paid|pago|pagamento|оплат|ödeme|pembayaran',
    'account (is |was |has been )?(blocked|disabled|suspended|frozen|expired)|аккаунт.{0,20}(заблокирован|отключ[её]н)',
  ].join('|'),
  'iu',
);

/**
 * What the lane has seen of refusals that name no item and of accepted writes, to tell trouble of the whole account from an
 * item's. Both look alike: Kommo answers 400 with a text.
 */
export class RefusalEvidence {
  /** By the action's id: since when (ms) and how often it was refused. */
  readonly #refused = new Map<number, { since: number; times: number }>();
  /** When Kommo last accepted a write, ms, by its kind. */
  readonly #acceptedAt = new Map<CallName, number>();
  /** Consecutive verdicts about the account. */
  #pauses = 0;

  /** Kommo has accepted a write. @param now ms */
  accepted(call: CallName, now: number): void {
    this.#acceptedAt.set(call, now);
    this.#pauses = 0;
  }

  /** An action was refused by a call that carried nothing else. */
  refused(actionId: number, now: number): void {
    const { since, times } = this.#refused.get(actionId) ?? { since: now, times: 0 };
    this.#refused.delete(actionId);
    this.#refused.set(actionId, { since, times: times + 1 });
    if (this.#refused.size > MAX_REMEMBERED) this.#refused.delete(this.#refused.keys().next().value!);
  }

  /** @param canRead whether Kommo answers a read about the same deal */
  verdict(actionId: number, call: CallName, message: string, canRead: boolean): Verdict {
    const { since, times } = this.#refused.get(actionId) ?? { since: Number.POSITIVE_INFINITY, times: 0 };
    if ((this.#acceptedAt.get(call) ?? 0) >= since && times >= MOST_REFUSALS) return 'item';
    if ([...this.#acceptedAt.values()].some((at) => at >= since)) return 'unsure';
    return !canRead || ABOUT_ACCOUNT.test(message) ? 'account' : 'unsure';
  }

  /** How long the lane waits after a verdict about the account, ms: longer each time, up to five minutes. */
  nextPauseMs(): number {
    this.#pauses += 1;
    return backoff(this.#pauses, PAUSE);
  }
}
