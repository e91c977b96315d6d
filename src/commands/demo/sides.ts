import type { CustomerioSimulator } from '../../../simulators/customerio/index.ts';
import type { KommoSimulator } from '../../../simulators/kommo/index.ts';

/** Both simulated accounts. */
export interface Sides {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
}

/** The pipeline of the simulated account in which everything happens. */
export const PIPELINE = 'Sales';

/** Its stages, without "Incoming leads", where nobody moves a deal. */
export const STAGES = [
  'New lead',
  'Demo scheduled',
  'Demo completed',
  'Proposal sent',
  'Onboarding',
  'Closed - won',
  'Closed - lost',
];

export interface NewClient {
  /** Fixes the id of the deal. */
  dealId?: number;
  name: string;
  company?: string;
  email: string;
  plan: string;
  /** In US dollars. */
  price: number;
  /** Default: the first one. */
  stage?: string;
}

/** A client with a deal, as a sales team creates them. @returns the deal's id */
export function createClient({ kommo }: Sides, client: NewClient): number {
  const { dealId, name, company, email, plan, price, stage } = client;
  const [firstName = '', lastName = ''] = name.split(' ');
  const contact = kommo.createContact({ name, firstName, lastName, email, phone: '+34 600 000 000' });
  return kommo.createDeal({
    ...(dealId === undefined ? {} : { id: dealId }),
    name: `${company ?? name}, ${plan}`,
    price,
    contactIds: [contact.id],
    ...(company === undefined ? {} : { companyId: kommo.createCompany({ name: company }).id }),
    fields: { Plan: plan, Segment: 'SMB' },
    ...(stage === undefined ? {} : { stageId: kommo.stageId(PIPELINE, stage) }),
  }).id;
}

export function moveDeal({ kommo }: Sides, dealId: number, stage: string): void {
  kommo.moveDeal(dealId, kommo.stageId(PIPELINE, stage), kommo.pipelineId(PIPELINE));
}
