/** A variable that was inserted into a text. */
export interface UsedVariable {
  name: string;
  value: string;
}

export interface VariableFault {
  message: string;
  hint?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Filled {
  text: string;
  used: UsedVariable[];
  faults: VariableFault[];
}

/** How the variables in a text are filled in. */
export type Filling = (text: string) => Filled;

/** Texts as they are written. */
export const asWritten: Filling = (text) => ({ text, used: [], faults: [] });

/** Refuses variables, for rules that are kept in the console. `$${` means a plain `${` there, too. */
export const withoutVariables: Filling = (text) => {
  const isUsed = text.replaceAll('$${', '').includes('${');
  const fault = {
    message: 'rules that are kept in the console have no variables',
    hint: 'Write the value itself. For a plain ${ write $${.',
  };
  return { text: text.replaceAll('$${', '${'), used: [], faults: isUsed ? [fault] : [] };
};

const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;
/** Without a closing brace behind it. Apart from the others, or each would search for its brace to the end of the text. */
const OPEN_REFERENCE = /\$\$\{|\$\{/g;
/** The most faults that are listed of one text. */
const MAX_FAULTS = 20;
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([^{]*))?$/s;

/** What is said of variables besides their values. */
export interface VariableAdvice {
  /** Variables whose values cannot be used although they are given, and why. */
  faults?: ReadonlyMap<string, VariableFault> | undefined;
  /** Where the values of variables come from that are not set themselves: `KOMMO_TOKEN_FILE (/run/secrets/kommo_token)`. */
  origins?: ReadonlyMap<string, string> | undefined;
  /** What to do about a variable that is not set. */
  missingHint?: ((name: string) => string) | undefined;
}

/** The variables that a configuration names, whether it is valid or not. */
export function variablesIn(text: string): Set<string> {
  const references = text.replaceAll('$${', '').matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)/g);
  return new Set(Array.from(references, ([, name]) => name!));
}

/**
 * Puts the values of `${NAME}` and `${NAME:-default}` into one text; `$${` stands for a plain `${`.
 * The default is used where the variable is not set or empty, as in a shell. Values are inserted literally: variables or
 * YAML in them have no effect.
 */
export function substitute(text: string, env: Environment, advice: VariableAdvice = {}): Filled {
  const used: UsedVariable[] = [];
  const faults: VariableFault[] = [];
  const addFault = (fault: VariableFault) => {
    if (faults.length < MAX_FAULTS) faults.push(fault);
  };
  const insert = (reference: string, inside: unknown) => {
    if (reference === '$${') return '${';
    const parts = INSIDE.exec(typeof inside === 'string' ? inside : '');
    if (!parts) {
      addFault(notAVariable());
      return '';
    }
    const [, name, fallback] = parts;
    const value = Object.hasOwn(env, name!) ? env[name!] : undefined;
    const fault = advice.faults?.get(name!);
    if (fault) addFault(fault);
    else if (value === undefined && fallback === undefined) addFault(notSet(name!, advice));
    const found = value === undefined || (value === '' && fallback !== undefined) ? (fallback ?? '') : value;
    used.push({ name: name!, value: found });
    return found;
  };
  const end = text.lastIndexOf('}') + 1;
  const closed = text.slice(0, end).replace(REFERENCE, insert);
  const open = text.slice(end).replace(OPEN_REFERENCE, insert);
  return { text: closed + open, used, faults };
}

function notAVariable(): VariableFault {
  return {
    message: 'this is not a variable',
    hint: 'Write ${NAME}, or ${NAME:-text} with a default (without braces in it). For a plain ${ write $${.',
  };
}

function notSet(name: string, { missingHint }: VariableAdvice): VariableFault {
  return {
    message: `the variable ${name} is not set`,
    hint: missingHint?.(name) ?? `Set ${name} in the environment.`,
  };
}
