import type { Account } from './account.ts';
import type { FieldError } from './hal.ts';

export type Item = Record<string, unknown>;

type Code = 'NotSupportedChoice' | 'InvalidType' | 'NotNullable' | 'FieldMissing' | 'TooLong';

const details: Record<Code, string> = {
  NotSupportedChoice: 'The value you selected is not a valid choice.',
  InvalidType: 'This value should be of another type.',
  NotNullable: 'This value should not be null.',
  FieldMissing: 'This field is missing.',
  TooLong: 'This value is too long.',
};

/** Collects the errors of one item. */
export interface Check {
  errors: FieldError[];
  bad(code: Code, path: string, detail?: string): void;
}

export function createCheck(): Check {
  const errors: FieldError[] = [];
  return { errors, bad: (code, path, detail = details[code]) => void errors.push({ code, path, detail }) };
}

export const isObject = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types = {
  int: (value: unknown) => Number.isSafeInteger(value),
  string: (value: unknown) => typeof value === 'string',
  bool: (value: unknown) => typeof value === 'boolean',
  object: isObject,
  array: Array.isArray,
} as const;

interface Types {
  int: number;
  string: string;
  bool: boolean;
  object: Item;
  array: unknown[];
}

/** The value of an item's key when it has the type; undefined when it is absent or wrong, which is noted. */
export function read<T extends keyof Types>(
  check: Check,
  item: Item,
  key: string,
  type: T,
  path = key,
): Types[T] | undefined {
  const value = item[key];
  if (value === undefined) return undefined;
  if (types[type](value)) return value as Types[T];
  if (value === null) check.bad('NotNullable', path);
  else check.bad('InvalidType', path, `This value should be of type ${type}.`);
  return undefined;
}

/** Like `read`, and an absent value is an error too. */
export function need<T extends keyof Types>(
  check: Check,
  item: Item,
  key: string,
  type: T,
  path = key,
): Types[T] | undefined {
  if (item[key] === undefined) check.bad('FieldMissing', path);
  return read(check, item, key, type, path);
}

/** The id of a user of the account: an active one, unless a switch lets others pass; 0, the robot, where `robot` allows it. */
export function readUser(
  account: Account,
  check: Check,
  item: Item,
  key: string,
  robot = false,
): number | undefined {
  const id = read(check, item, key, 'int');
  if (id === undefined || (robot && id === 0)) return id;
  const user = account.users.find((one) => one.id === id);
  if (user?.is_active || (user && account.settings.switches.inactiveUsers === 'accept')) return id;
  check.bad('NotSupportedChoice', key);
  return undefined;
}

/** The time stamps an import may bring, in unix seconds. */
export function readStamps(account: Account, check: Check, item: Item) {
  return {
    created_by: readUser(account, check, item, 'created_by', true),
    created_at: read(check, item, 'created_at', 'int'),
    updated_at: read(check, item, 'updated_at', 'int'),
  };
}
