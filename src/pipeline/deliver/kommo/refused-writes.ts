import type { DeliveryError } from '../../../domain/errors.ts';
import { repairedWrite } from '../../../kommo/index.ts';
import type { PreparedAction } from './send.ts';

export type Writable = Extract<PreparedAction, { ok: true }>;

/** A write, and Kommo's complaint about it. */
export interface Blamed {
  one: Writable;
  complaint: string;
}

export const actionOf = ({ action }: Writable) => action;

/** Whether an answer refuses a call as a whole, and not for what is in it: those texts speak of the request. */
export function isUnexplained({ status, message }: DeliveryError): boolean {
  return (
    (status === 400 || status === 422) && !/validation|invalid request|request (data|body)/i.test(message)
  );
}

/** The write with less, where Kommo's complaint says what it does not take; else null. */
export function withRepair(one: Writable, complaint: string): Writable | null {
  const repaired = repairedWrite(one.write, complaint);
  return repaired && { ...one, write: repaired.write, warnings: [...one.warnings, repaired.warning] };
}

/** Whether the same complaint is about several actions on one deal. */
export function isShared(one: Blamed, blamed: Blamed[]): boolean {
  return blamed.some(
    (other) =>
      other !== one &&
      other.complaint === one.complaint &&
      other.one.action.subject === one.one.action.subject,
  );
}

/** The action as it is to be written again, in its place; none where it was refused or is written alone. */
export function remaining(one: Writable, others: Writable[], again: Writable[]): Writable[] {
  if (others.includes(one)) return [one];
  return again.filter(({ action }) => action === one.action);
}
