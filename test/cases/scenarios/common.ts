import type { ConnectionYaml, Scenario, Scene, Step } from '../support/scene.ts';

/** The first second of all cases. */
export const T = 1_796_000_000;
export const DEAL = 7001;
export const ANN = 501;
export const BO = 502;
export const ANNS = 'ann@acme.example';
export const BOS = 'bo@acme.example';
/** Further deals. */
export const SECOND = 7002;
export const THIRD = 7003;
/** Seconds. */
export const DAY = 86_400;

/** Stages of the pipeline Sales. */
export const stages = {
  incoming: 12_345_676,
  newLead: 12_345_677,
  demo: 12_345_678,
  onboarding: 12_345_681,
  won: 142,
  lost: 143,
};

const ANNA = 8_375_357;

interface DealParts {
  id?: number;
  stage?: number;
  contacts?: number[];
  responsible?: number;
}

/** A deal as Kommo's API shows it. The first contact is the main one. */
export function deal({
  id = DEAL,
  stage = stages.newLead,
  contacts = [ANN],
  responsible = ANNA,
}: DealParts = {}) {
  return {
    id,
    name: 'Acme',
    price: 900,
    responsible_user_id: responsible,
    status_id: stage,
    pipeline_id: 9_621_010,
    loss_reason_id: null,
    created_by: ANNA,
    updated_by: ANNA,
    created_at: T - 200_000,
    updated_at: T - 200_000,
    closed_at: null,
    is_deleted: false,
    custom_fields_values: null,
    _embedded: { contacts: contacts.map((contact, n) => ({ id: contact, is_main: n === 0 })) },
  };
}

/** A contact as Kommo's API shows it. */
export function contact(id = ANN, name = 'Ann Lee', email: string | null = ANNS) {
  const [first_name, last_name] = name.split(' ');
  const values = [{ value: email, enum_id: 900_311, enum_code: 'WORK' }];
  return {
    id,
    name,
    first_name,
    last_name,
    responsible_user_id: ANNA,
    created_by: ANNA,
    updated_by: ANNA,
    created_at: T - 200_000,
    updated_at: T - 200_000,
    is_deleted: false,
    custom_fields_values: email === null ? null : [{ field_id: 700_202, field_code: 'EMAIL', values }],
  };
}

/** Ann's deal in its first stage. */
export const annsDeal = ({ kommo }: Scene): void => kommo.load({ leads: [deal()], contacts: [contact()] });

export const bo = contact(BO, 'Bo Berg', BOS);

/** A manager moves the deal; Kommo reports it. */
export const move = (at: number, stage: number, id = DEAL): Step => ({
  at,
  do: ({ kommo }) => kommo.moveDeal(id, stage),
});

/** Time passes. */
export const wait = (at: number): Step => ({ at, do: () => {} });

export const step = (at: number, act: Step['do']): Step => ({ at, do: act });

let reports = 0;

interface ReportParts {
  email?: string;
  data?: Record<string, unknown>;
  objectType?: string;
  timestamp?: number;
}

/** A report of a message to a person, as Customer.io sends it. */
export function report(
  at: number,
  metric: string,
  { email = ANNS, data = {}, objectType = 'email', timestamp = at }: ReportParts = {},
): Step {
  reports += 1;
  const event_id = `01KB9Z${String(reports).padStart(20, '0')}`;
  const own = {
    action_id: 42,
    campaign_id: 23,
    customer_id: email,
    delivery_id: `RAECA${reports}=`,
    identifiers: { id: email, email, cio_id: 'd9c106000001' },
    recipient: email,
    subject: 'Welcome',
    ...data,
  };
  const body = { event_id, object_type: objectType, metric, timestamp, data: own };
  return step(at, (scene) => scene.report(body));
}

/**
 * A report about a person whom the workspace has, with the identifiers that Customer.io has of the person then: by email or id.
 * Nobody is known by the others.
 */
export function personReport(
  at: number,
  metric: string,
  name: string,
  { data = {}, objectType = 'email', timestamp = at }: Omit<ReportParts, 'email'> = {},
): Step {
  reports += 1;
  const event_id = `01KB9Z${String(reports).padStart(20, '0')}`;
  const delivery_id = `RAECA${reports}=`;
  return step(at, (scene) => {
    const person = scene.customerio.person(name);
    const email = person ? person.email : name;
    const id = person ? person.id : null;
    const identifiers = { id, email, cio_id: person?.cioId ?? 'd9c1060000ff' };
    const message = { delivery_id, identifiers, customer_id: id ?? '', recipient: email, subject: 'Welcome' };
    const body = { event_id, object_type: objectType, metric, timestamp, data: { ...message, ...data } };
    return scene.report(body);
  });
}

/** What another system writes into the workspace, by the Track API. */
export async function identifyBySdk(
  { customerio }: Scene,
  identifier: string,
  attributes: object,
): Promise<void> {
  const { siteId, apiKey } = customerio.credentials;
  const authorization = `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`;
  const url = `${customerio.url}/api/v1/customers/${encodeURIComponent(identifier)}`;
  await fetch(url, { method: 'PUT', headers: { authorization }, body: JSON.stringify(attributes) });
}

/** What the field `email_status` of a deal shows. */
export const statusOf = ({ kommo }: Scene, id = DEAL): unknown => kommo.deal(id)?.fields.email_status;

/** The same of several deals; empty for none. */
export const statuses = (scene: Scene, ...ids: number[]) => ids.map((id) => statusOf(scene, id) ?? '');

export const taskTexts = ({ kommo }: Scene, id = DEAL): string[] => kommo.tasks(id).map(({ text }) => text);
export const noteTexts = ({ kommo }: Scene, id = DEAL): string[] => kommo.notes(id).map(({ text }) => text);

/**
 * Builds neighbours of a case: Ann's deal has entered a stage with a rule an hour before T, and time passes after the steps.
 * @param waits the times until which it passes
 */
export const neighboursUntil =
  (...waits: number[]) =>
  (
    number: string,
    title: string,
    steps: Step[],
    check: Scenario['check'],
    parts: Partial<Scenario> = {},
  ): Scenario => ({
    case: number,
    title,
    isVariant: true,
    setUp: annsDeal,
    ...parts,
    steps: [move(T - 3_600, stages.demo), ...steps, ...waits.map(wait)],
    check,
  });

/** Only one rule: a new lead starts `lead_created`. */
export function onlyNewLeads(connection: ConnectionYaml): void {
  connection.stages = [{ pipeline: 'Sales', stage: 'New lead', event: 'lead_created' }];
  connection.inactivity = [];
}

export function byContactId(connection: ConnectionYaml): void {
  connection.person.identify_by = 'contact_id';
}

/** Keeps what `look` sees at a time for the check. */
export const keep = (at: number, name: string, look: (scene: Scene) => unknown): Step =>
  step(at, (scene) => {
    scene.seen[name] = look(scene);
  });
