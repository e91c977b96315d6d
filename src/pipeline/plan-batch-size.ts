import type { DeliveryError } from '../domain/errors.ts';
import { PLAN_BATCH } from './plan/plan-batch.ts';

/**
 * How many events are planned together. One deal that Kommo fails to return (a 500 each time) fails the read for the whole
 * batch, so after a failure the batch shrinks until the deal is alone in it, and grows again after a success.
 */
export type PlanBatchSize = number;

export const LARGEST_BATCH: PlanBatchSize = PLAN_BATCH;

export function sizeAfterSuccess(size: PlanBatchSize): PlanBatchSize {
  return Math.min(LARGEST_BATCH, size * 2);
}

export function sizeAfterFailure(size: PlanBatchSize, error: DeliveryError): PlanBatchSize {
  return mayBeOneDeal(error) ? Math.max(1, Math.floor(size / 4)) : size;
}

/** Whether the batch has a single event, which is then at fault unless Kommo as a whole is down. */
export function isSuspect(size: PlanBatchSize, error: DeliveryError): boolean {
  return size === 1 && mayBeOneDeal(error);
}

/** Whether one deal may have caused the error. A refused token or an exhausted rate concerns all deals alike. */
function mayBeOneDeal(error: DeliveryError): boolean {
  return error.failure === 'retryable';
}
