import { nginx, problem, type Reply } from './hal.ts';
import type { AccountTrouble } from './types.ts';

const replies: Record<AccountTrouble, Reply> = {
  error_code: problem(400, 'Error code 244. If the error persists, contact our support team'),
  error_code_local: problem(400, 'Código de erro 244. Se o erro persistir, contate o nosso suporte'),
  payment: problem(402, 'Payment required'),
  maintenance: nginx(503),
};

export interface Troubles {
  set(trouble: AccountTrouble | null, options?: { except?: RegExp }): void;
  /** The answer to a call while the account is in trouble; null when the call goes on. */
  answer(path: string): Reply | null;
}

/** The trouble that the whole account is in, one at a time. */
export function createTroubles(): Troubles {
  let current: { reply: Reply; except: RegExp | undefined } | null = null;
  return {
    set(trouble, { except } = {}) {
      current = trouble && { reply: replies[trouble], except };
    },
    answer: (path) =>
      current && !(current.except && path.search(current.except) >= 0) ? current.reply : null,
  };
}
