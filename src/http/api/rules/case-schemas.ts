import { z } from 'zod';
import { judgedCase } from '../../../rules-admin/cases/case-schemas.ts';
import { draft, previewSubject } from '../../../rules-admin/schemas.ts';
import { connectionName, id, idParams, ms } from '../common-schemas.ts';
import type { Route } from '../route.ts';

const ofConnection = { connection: connectionName };
const name = z.string().trim().min(1).max(100);

/** Test cases in the order in which they were saved, at most 100. */
const ruleCases = z.object({
  cases: z.array(
    z.object({
      id,
      name,
      /** Its event, as a sentence. */
      title: z.string(),
      dealId: id.nullable(),
      savedAt: ms,
      savedBy: z.string(),
    }),
  ),
});
export type RuleCases = z.output<typeof ruleCases>;

const judgedCases = z.object({ cases: z.array(judgedCase) });
export type JudgedCases = z.output<typeof judgedCases>;

const nothing = z.object({});

export const ruleCaseRoutes = {
  ruleCases: {
    method: 'GET',
    path: '/api/rules/cases',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'rules',
    summary: 'The test cases of the rules',
    query: z.strictObject(ofConnection),
    answer: ruleCases,
  },
  saveRuleCase: {
    method: 'POST',
    path: '/api/rules/cases',
    role: 'editor',
    scope: 'named',
    audit: 'test_case_saved',
    tag: 'rules',
    summary:
      'Keeps an event, or a move of a deal, with what the live rules decide about it as a test case; at most 100 a connection',
    body: z.strictObject({ ...ofConnection, name, on: previewSubject }),
    answer: z.object({ id }),
  },
  judgeRuleCases: {
    method: 'POST',
    path: '/api/rules/cases/judge',
    role: 'editor',
    scope: 'named',
    audit: null,
    readOnly: 'it computes what would be decided',
    tag: 'rules',
    summary: 'What each test case comes to by a draft, or by the live rules',
    body: z.strictObject({ ...ofConnection, draft: draft.optional() }),
    answer: judgedCases,
  },
  changeRuleCase: {
    method: 'PATCH',
    path: '/api/rules/cases/:id',
    role: 'editor',
    scope: 'named',
    audit: 'test_case_changed',
    tag: 'rules',
    summary: 'Renames a test case, or has it expect what it comes to by a draft',
    params: idParams,
    body: z
      .strictObject({ ...ofConnection, name: name.optional(), expect: draft.optional() })
      .refine((change) => (change.name === undefined) !== (change.expect === undefined), {
        error: 'Give either a name, or the draft whose outcome is expected.',
      }),
    answer: nothing,
  },
  deleteRuleCase: {
    method: 'DELETE',
    path: '/api/rules/cases/:id',
    role: 'editor',
    scope: 'named',
    audit: 'test_case_deleted',
    tag: 'rules',
    summary: 'Deletes a test case',
    params: idParams,
    query: z.strictObject(ofConnection),
    answer: nothing,
  },
} as const satisfies Record<string, Route>;
