import { afterAll, beforeAll, describe, it } from 'vitest';
import { KINDS, type Kind } from '../support/databases.ts';
import { scenarios as all } from './scenarios/index.ts';
import { type Played, play } from './support/play.ts';

/** Their neighbours, other forms of the same fault, are played by `npm run cases`, and with the cases that `CASES` names. */
const withVariants = process.env.CASES !== undefined;

const scenariosOn = (kind: Kind) =>
  kind === 'postgres' && withVariants ? all : all.filter(({ isVariant }) => !isVariant);
const kinds = KINDS.filter((kind) => scenariosOn(kind).length > 0);

describe.each(kinds)('cases from real life (%s)', (kind) => {
  const scenarios = scenariosOn(kind);
  let played: Played;
  beforeAll(async () => {
    played = await play(kind, scenarios);
  }, 600_000);
  afterAll(() => played?.close());

  scenarios.forEach((scenario, n) => {
    it(`${scenario.case}: ${scenario.title}`, async ({ skip }) => {
      const scene = played.scenes[n]!;
      try {
        if (scene.failure) throw scene.failure;
        await scenario.check(scene);
      } catch (error) {
        skip(scenario.open !== undefined, `open: ${scenario.open}`);
        throw error;
      }
    });
  });
});
