import { createClient, type NewClient, type Sides } from '../sides.ts';

/** Deals that were there before Stagepost was connected, for the visitor: the story has clients of its own. */
const CLIENTS: NewClient[] = [
  { name: 'Eli Grant', company: 'Elm & Co', email: 'eli@elm.example', plan: 'Basic', price: 400 },
  { name: 'Fay Stone', company: 'Fjord AB', email: 'fay@fjord.example', plan: 'Pro', price: 1100 },
  {
    name: 'Gus Hale',
    company: 'Gale Ltd',
    email: 'gus@gale.example',
    plan: 'Pro',
    price: 900,
    stage: 'Demo scheduled',
  },
  {
    name: 'Hana Mori',
    company: 'Hoshi KK',
    email: 'hana@hoshi.example',
    plan: 'Enterprise',
    price: 7600,
    stage: 'Demo completed',
  },
  {
    name: 'Ivo Brand',
    company: 'Iris BV',
    email: 'ivo@iris.example',
    plan: 'Pro',
    price: 1300,
    stage: 'Proposal sent',
  },
  {
    name: 'Jan Post',
    company: 'Juno Oy',
    email: 'jan@juno.example',
    plan: 'Basic',
    price: 350,
    stage: 'Closed - lost',
  },
];

const FIRST_ID = 2001;

/** To be called before Kommo has a webhook: nobody hears of them until they move. */
export function seedDeals(sides: Sides): void {
  for (const [index, client] of CLIENTS.entries())
    createClient(sides, { ...client, dealId: FIRST_ID + index });
}
