import { compared, preview } from '../../../rules-admin/schemas.ts';
import type { Route } from '../route.ts';
import {
  checkBody,
  checked,
  compareBody,
  difference,
  differenceQuery,
  previewBody,
  publishBody,
  published,
  ruleHelp,
  ruleSource,
  ruleSourceQuery,
  ruleVersions,
} from './edit-schemas.ts';
import { rules, rulesQuery } from './rules-schemas.ts';

/** A draft, a preview and a comparison are the same between processes. */
export type { Compared, Decision, Draft, DraftTree, Preview } from '../../../rules-admin/schemas.ts';
export * from './edit-schemas.ts';
export * from './rules-schemas.ts';

export const ruleRoutes = {
  rules: {
    method: 'GET',
    path: '/api/rules',
    role: 'viewer',
    tag: 'rules',
    summary: 'Pipelines and stages as Kommo has them, with the rule of each',
    query: rulesQuery,
    answer: rules,
  },
  ruleSource: {
    method: 'GET',
    path: '/api/rules/source',
    role: 'viewer',
    tag: 'rules',
    summary: 'The rules as they are written, of the newest or of another version',
    query: ruleSourceQuery,
    answer: ruleSource,
  },
  ruleVersions: {
    method: 'GET',
    path: '/api/rules/versions',
    role: 'viewer',
    tag: 'rules',
    summary: 'What was published, newest first, at most 500',
    query: rulesQuery,
    answer: ruleVersions,
  },
  ruleHelp: {
    method: 'GET',
    path: '/api/rules/help',
    role: 'viewer',
    tag: 'rules',
    summary: 'What can be written where, with the fields of the account',
    query: rulesQuery,
    answer: ruleHelp,
  },
  ruleCheck: {
    method: 'POST',
    path: '/api/rules/check',
    role: 'viewer',
    tag: 'rules',
    summary: 'What is wrong with a draft, and what it changes; changes nothing',
    body: checkBody,
    answer: checked,
  },
  rulePreview: {
    method: 'POST',
    path: '/api/rules/preview',
    role: 'viewer',
    tag: 'rules',
    summary:
      'The requests that a move or an event would lead to, by the rules that run and by a draft; sends nothing',
    body: previewBody,
    answer: preview,
  },
  ruleCompare: {
    method: 'POST',
    path: '/api/rules/compare',
    role: 'viewer',
    tag: 'rules',
    summary:
      'The recent events that a draft would handle differently; sends nothing, and reads Kommo with the lowest priority',
    body: compareBody,
    answer: compared,
  },
  rulePublish: {
    method: 'POST',
    path: '/api/rules/publish',
    role: 'editor',
    tag: 'rules',
    summary: 'Publishes a draft as the active rules; 409 where another version was published since',
    body: publishBody,
    answer: published,
  },
  ruleDifference: {
    method: 'GET',
    path: '/api/rules/difference',
    role: 'viewer',
    tag: 'rules',
    summary: 'What differs between two versions',
    query: differenceQuery,
    answer: difference,
  },
} as const satisfies Record<string, Route>;
