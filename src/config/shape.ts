import { z } from 'zod';
import type { KeyPath } from './problems.ts';

/** A schema without the wrappers that only say what happens when it is missing, or given in a short form. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform) return unwrap(schema.out);
  const isWrapper = schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault;
  return isWrapper ? unwrap(schema.unwrap()) : schema;
}

/** The keys that may stand at a place of the file; null where it is not a map of fixed keys. */
export function shapeAt(schema: z.core.$ZodType, path: KeyPath): Record<string, z.core.$ZodType> | null {
  const inner = unwrap(schema);
  const [step, ...rest] = path;
  if (step === undefined) return inner instanceof z.ZodObject ? inner.shape : null;
  if (inner instanceof z.ZodRecord) return shapeAt(inner.valueType, rest);
  if (inner instanceof z.ZodArray) return shapeAt(inner.element, rest);
  const next = inner instanceof z.ZodObject ? inner.shape[step] : undefined;
  return next ? shapeAt(next, rest) : null;
}
