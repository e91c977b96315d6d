import type { FieldDefinition, FieldOwner, LossReason, Pipeline, Stage, User } from './model.ts';
import type { CatalogSeed, FieldSeed, PipelineSeed, StageSeed, UserSeed } from './seed-types.ts';

export const defaultPipelines: PipelineSeed[] = [
  {
    id: 9_621_010,
    name: 'Sales',
    isMain: true,
    stages: [
      { id: 12_345_676, name: 'Incoming leads', type: 1 },
      { id: 12_345_677, name: 'New lead' },
      { id: 12_345_678, name: 'Demo scheduled' },
      { id: 12_345_679, name: 'Demo completed' },
      { id: 12_345_680, name: 'Proposal sent' },
      { id: 12_345_681, name: 'Onboarding' },
    ],
  },
  {
    id: 9_621_020,
    name: 'Renewals',
    stages: [
      { id: 12_345_690, name: 'Incoming leads', type: 1 },
      { id: 12_345_691, name: 'Renewal due' },
      { id: 12_345_692, name: 'Renewal offered' },
      { id: 12_345_693, name: 'Negotiation' },
    ],
  },
];

const lossReason = (id: number, name: string, sort: number): LossReason => ({
  id,
  name,
  sort,
  created_at: 1_712_141_714,
  updated_at: 1_712_142_518,
});

/** Those of the example in Kommo's docs. */
export const defaultLossReasons: readonly LossReason[] = [
  lossReason(21_403_207, 'Insufficient budget', 0),
  lossReason(21_403_211, 'Product does not fit need', 1),
];

export const defaultUsers: UserSeed[] = [
  { id: 8_375_357, name: 'Anna Keller', email: 'anna@acme.example', isAdmin: true },
  { id: 8_375_358, name: 'Boris Lang', email: 'boris@acme.example' },
  { id: 8_375_359, name: 'Maria Lopez', email: 'maria@acme.example' },
];

const phoneCodes = ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER'];
const emailCodes = ['WORK', 'PRIV', 'OTHER'];

const options = (firstId: number, values: string[]) => values.map((value, n) => ({ id: firstId + n, value }));
const coded = (firstId: number, codes: string[]) =>
  codes.map((code, n) => ({ id: firstId + n, value: code, code }));

function emailStatus(kind: 'select' | 'text' | 'none'): FieldSeed[] {
  if (kind === 'none') return [];
  const field = { id: 700_102, entity: 'leads', name: 'email_status', type: kind } as const;
  if (kind === 'text') return [field];
  return [{ ...field, enums: options(900_201, ['subscribed', 'unsubscribed', 'bounced', 'spam']) }];
}

/** Phone and Email of contacts and of companies have the same codes but ids of their own. */
function reachable(entity: 'contacts' | 'companies', id: number, enumId: number): FieldSeed[] {
  return [
    { id, entity, name: 'Phone', type: 'multitext', code: 'PHONE', enums: coded(enumId, phoneCodes) },
    {
      id: id + 1,
      entity,
      name: 'Email',
      type: 'multitext',
      code: 'EMAIL',
      enums: coded(enumId + 10, emailCodes),
    },
  ];
}

export const defaultFields = (kind: 'select' | 'text' | 'none'): FieldSeed[] => [
  {
    id: 700_100,
    entity: 'leads',
    name: 'Plan',
    type: 'select',
    enums: options(900_101, ['Basic', 'Pro', 'Enterprise']),
  },
  { id: 700_101, entity: 'leads', name: 'Segment', type: 'text' },
  ...emailStatus(kind),
  { id: 700_200, entity: 'contacts', name: 'Position', type: 'text', code: 'POSITION' },
  ...reachable('contacts', 700_201, 900_301),
  ...reachable('companies', 700_301, 900_401),
  { id: 700_303, entity: 'companies', name: 'Web', type: 'url', code: 'WEB' },
];

/** 142 is won and 143 is lost in every pipeline of every account (Kommo docs). */
const won: StageSeed = { id: 142, name: 'Closed - won', color: '#CCFF66' };
const lost: StageSeed = { id: 143, name: 'Closed - lost', color: '#D5D8DB' };
const isClosing = (stage: StageSeed): boolean => stage.id === won.id || stage.id === lost.id;

function stageOf(seed: StageSeed, pipelineId: number, sort: number): Stage {
  const type = seed.type ?? 0;
  const color = seed.color ?? (type === 1 ? '#c1c1c1' : '#99ccff');
  const is_editable = type === 0 && !isClosing(seed);
  return { id: seed.id, name: seed.name, sort, is_editable, pipeline_id: pipelineId, color, type };
}

export function pipelineOf(seed: PipelineSeed, index: number): Pipeline {
  const open = seed.stages.filter((stage) => !isClosing(stage));
  const closing = [won, lost].map((own) => seed.stages.find((stage) => stage.id === own.id) ?? own);
  return {
    id: seed.id,
    name: seed.name,
    sort: index + 1,
    is_main: seed.isMain ?? false,
    is_archive: seed.isArchive ?? false,
    stages: [
      ...open.map((stage, n) => stageOf(stage, seed.id, 10 * (n + 1))),
      ...closing.map((stage, n) => stageOf(stage, seed.id, 10_000 + 1000 * n)),
    ],
  };
}

export const userOf = (seed: UserSeed): User => ({
  id: seed.id,
  name: seed.name,
  email: seed.email,
  is_admin: seed.isAdmin ?? false,
  is_active: seed.isActive ?? true,
});

export const defaultCatalogs: CatalogSeed[] = [{ id: 4521, name: 'Products', type: 'products' }];

/** @param seed without an id: a new one */
export function fieldOf(
  seed: Omit<FieldSeed, 'entity' | 'id'> & { entity: FieldOwner; id?: number },
  sort: number,
  nextId: () => number,
): FieldDefinition {
  const enums = seed.enums?.map(({ id, ...option }, n) => ({ id: id ?? nextId(), ...option, sort: n + 1 }));
  return {
    id: seed.id ?? nextId(),
    name: seed.name,
    code: seed.code ?? null,
    type: seed.type,
    sort,
    entity_type: seed.entity,
    enums: enums ?? null,
    is_api_only: seed.isApiOnly ?? false,
    is_deleted: false,
  };
}
