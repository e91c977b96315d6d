import { seededRandom } from './common/random.ts';
import type { KommoSimulator } from './kommo/index.ts';

const FIRST_NAMES = ['Ann', 'Ben', 'Cleo', 'Dora', 'Eli', 'Fay', 'Gus', 'Hana', 'Ivo', 'Jan', 'Kim', 'Lea'];
const LAST_NAMES = [
  'Lee',
  'Ortiz',
  'Park',
  'Novak',
  'Grant',
  'Stone',
  'Hale',
  'Mori',
  'Brand',
  'Post',
  'Reed',
];
const PLANS = ['Basic', 'Pro', 'Enterprise'];
const SEGMENTS = ['SMB', 'Mid-market', 'Enterprise'];

/**
 * Fills the account of the default options with deals of made-up clients, in its open stages. The same seed gives the same deals.
 * Addresses end in `.example`, so that no email can reach anybody.
 */
export function addSampleDeals(kommo: KommoSimulator, count: number, seed: number): void {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { id: pipelineId, stages } = kommo.pipelines()[0]!;
  const open = stages.filter(({ id, isIncoming }) => !isIncoming && id !== 142 && id !== 143);
  for (let number = 1; number <= count; number++) {
    const [firstName, lastName] = [pick(FIRST_NAMES), pick(LAST_NAMES)];
    const name = `${firstName} ${lastName}`;
    const email = `${firstName}.${lastName}.${number}@client.example`.toLowerCase();
    const phone = `+34600${String(100_000 + number)}`;
    const contact = kommo.createContact({ name, firstName, lastName, email, phone });
    const plan = pick(PLANS);
    kommo.createDeal({
      name: `${name}, ${plan}`,
      price: 100 * (1 + Math.floor(random() * 50)),
      pipelineId,
      stageId: pick(open).id,
      contactIds: [contact.id],
      fields: { Plan: plan, Segment: pick(SEGMENTS) },
    });
  }
}
