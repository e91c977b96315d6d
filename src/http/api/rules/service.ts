import type { z } from 'zod';
import type {
  Checked,
  Compared,
  Difference,
  Draft,
  Preview,
  Published,
  previewBody,
  publishBody,
  RuleHelp,
  RuleSource,
  RuleVersions,
} from '../contract.ts';

/** What is published: `publishBody` without the connection. */
export type Publication = Omit<z.output<typeof publishBody>, 'connection'>;

export type PreviewSubject = z.output<typeof previewBody>['on'];

/**
 * Where one connection's rules are edited; made of the configuration, the flow and the store, which this room does not
 * know. What cannot be done is thrown as `Refusal`.
 */
export interface RulesService {
  /** @param version absent: the newest */
  source(version?: number): Promise<RuleSource>;
  versions(): Promise<RuleVersions>;
  help(): Promise<RuleHelp>;
  /** Changes nothing. */
  check(draft: Draft): Promise<Checked>;
  /** Sends and stores nothing. */
  preview(on: PreviewSubject, draft: Draft | undefined): Promise<Preview>;
  /** @param events how many of the last ones; likewise */
  compare(draft: Draft, events: number): Promise<Compared>;
  /** @param by who publishes */
  publish(publication: Publication, by: string): Promise<Published>;
  /** Versions 0 are those before the first: nothing. */
  difference(from: number, to: number): Promise<Difference>;
}
