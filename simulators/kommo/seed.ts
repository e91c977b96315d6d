import type { FieldDefinition } from './model.ts';

export interface Stage {
  id: number;
  name: string;
  sort: number;
  is_editable: boolean;
  pipeline_id: number;
  color: string;
  /** 1: incoming leads, where nothing can be put by hand; 0: every other stage. */
  type: 0 | 1;
}

export interface Pipeline {
  id: number;
  name: string;
  sort: number;
  is_main: boolean;
  is_archive: boolean;
  stages: Stage[];
}

export interface User {
  id: number;
  name: string;
  email: string;
  is_admin: boolean;
}

export type EntityType = FieldDefinition['entity_type'];

/** Which kind of field `email_status` is; `none` leaves it out. */
export type EmailStatusField = 'select' | 'text' | 'none';

function pipeline(id: number, name: string, sort: number, stages: [number, string][]): Pipeline {
  const stage = (stageId: number, stageName: string, place: number, color: string, type: 0 | 1 = 0): Stage => ({
    id: stageId,
    name: stageName,
    sort: place,
    is_editable: type === 0 && stageId !== 142 && stageId !== 143,
    pipeline_id: id,
    color,
    type,
  });
  return {
    id,
    name,
    sort,
    is_main: sort === 1,
    is_archive: false,
    stages: [
      stage(id * 10, 'Incoming leads', 10, '#c1c1c1', 1),
      ...stages.map(([stageId, stageName], index) => stage(stageId, stageName, 20 + 10 * index, '#99ccff')),
      stage(142, 'Closed - won', 10_000, '#CCFF66'),
      stage(143, 'Closed - lost', 11_000, '#D5D8DB'),
    ],
  };
}

export const seedPipelines = (): Pipeline[] => [
  pipeline(9_621_010, 'Sales', 1, [
    [12_345_677, 'New lead'],
    [12_345_678, 'Demo scheduled'],
    [12_345_679, 'Demo completed'],
    [12_345_680, 'Proposal sent'],
    [12_345_681, 'Onboarding'],
  ]),
  pipeline(9_621_020, 'Renewals', 2, [
    [12_345_690, 'Renewal due'],
    [12_345_691, 'Renewal offered'],
    [12_345_692, 'Negotiation'],
  ]),
];

export const seedUsers = (): User[] => [
  { id: 8_375_357, name: 'Ada Admin', email: 'ada@example.com', is_admin: true },
  { id: 8_375_358, name: 'Maria Lopez', email: 'maria@example.com', is_admin: false },
  { id: 8_375_359, name: 'Tom Becker', email: 'tom@example.com', is_admin: false },
];

type Option = { id: number; value: string; code?: string };

function field(
  entity_type: EntityType,
  id: number,
  name: string,
  type: string,
  more: { code?: string; options?: Option[] } = {},
): FieldDefinition {
  const enums = more.options?.map((option, index) => ({ ...option, sort: index + 1 })) ?? null;
  return { id, name, code: more.code ?? null, type, sort: id % 1000, entity_type, enums, is_deleted: false };
}

const options = (firstId: number, values: string[]): Option[] =>
  values.map((value, index) => ({ id: firstId + index, value }));

const coded = (firstId: number, codes: string[]): Option[] =>
  codes.map((code, index) => ({ id: firstId + index, value: code, code }));

const emailStatuses = ['subscribed', 'unsubscribed', 'bounced', 'spam'];

function emailStatus(kind: EmailStatusField): FieldDefinition[] {
  if (kind === 'none') return [];
  const more = kind === 'select' ? { options: options(900_201, emailStatuses) } : {};
  return [field('leads', 700_102, 'email_status', kind, more)];
}

export const seedFields = (kind: EmailStatusField): FieldDefinition[] => [
  field('leads', 700_100, 'Plan', 'select', { options: options(900_101, ['Basic', 'Pro', 'Enterprise']) }),
  field('leads', 700_101, 'Segment', 'text'),
  ...emailStatus(kind),
  field('contacts', 700_200, 'Position', 'text', { code: 'POSITION' }),
  field('contacts', 700_201, 'Phone', 'multitext', {
    code: 'PHONE',
    options: coded(900_301, ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER']),
  }),
  field('contacts', 700_202, 'Email', 'multitext', {
    code: 'EMAIL',
    options: coded(900_311, ['WORK', 'PRIV', 'OTHER']),
  }),
];
