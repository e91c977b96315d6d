import { z } from 'zod';

/*
 * The texts of a draft as they come out for a deal. As JSON between the console, the process that receives its request and
 * the process that runs the connection.
 */

const id = z.int().positive();

export const MAX_RENDERED_TEXTS = 100;

/**
 * What a text is rendered with, besides the deal:
 *
 * - `value`: a value path, a number or a Liquid text for Customer.io, of the event or of the person
 * - `stage_note`: Liquid, with the event and the person
 * - `reaction`: Liquid, with the values of the report `report`
 * - `inactivity`: Liquid, with the event
 */
export const textToRender = z.strictObject({
  /** Names the text in the answer. */
  key: z.string().max(300),
  kind: z.enum(['value', 'stage_note', 'reaction', 'inactivity']),
  source: z.string().max(20_000),
  /** The event of the rule. */
  event: z.string().max(200).optional(),
  /** The report of the reaction: `email_opened`. */
  report: z.string().max(200).optional(),
});
export type TextToRender = z.output<typeof textToRender>;

export const renderRequest = z.strictObject({
  dealId: id,
  texts: z.array(textToRender).min(1).max(MAX_RENDERED_TEXTS),
});
export type RenderRequest = z.output<typeof renderRequest>;

export const renderedText = z.object({
  key: z.string(),
  /** What is sent or written, cut after 2,000 characters; null where there is no value, or `problem` says why. */
  text: z.string().nullable(),
  problem: z.string().nullable(),
});
export type RenderedText = z.output<typeof renderedText>;

export const rendered = z.object({
  texts: z.array(renderedText),
  /** The reports of which nothing is stored, so that their values are examples: `email_clicked`. */
  examples: z.array(z.string()),
});
export type Rendered = z.output<typeof rendered>;
