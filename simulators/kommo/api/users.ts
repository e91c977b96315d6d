import { hal, nothing, problem, type Reply } from '../hal.ts';
import type { User } from '../model.ts';
import type { Call, Routes } from './call.ts';
import { link, page } from './page.ts';
import { hrefOf } from './views.ts';

/** Rights: A all, G group, M own, D denied (Kommo docs). */
function userView(call: Call, user: User) {
  const level = user.is_admin ? 'A' : 'M';
  const rights = { view: level, edit: level, add: level, delete: level, export: level };
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    lang: 'en',
    rights: {
      leads: rights,
      contacts: rights,
      companies: rights,
      tasks: { edit: level, delete: level },
      is_admin: user.is_admin,
      is_free: false,
      is_active: user.is_active,
      group_id: null,
      role_id: null,
    },
    ...link(hrefOf(call, 'users', user.id)),
  };
}

/** Kommo docs: users are shown to administrators only, and only they change pipelines. */
export const forAdmins =
  (answer: (call: Call, id: number, id2?: number) => Reply) =>
  (call: Call, id = 0, id2?: number): Reply =>
    call.user.is_admin ? answer(call, id, id2) : problem(403, "Client doesn't have the required scope");

const listUsers = forAdmins((call) =>
  page(call, 'users', call.account.users, (user) => userView(call, user), { counted: true }),
);

const oneUser = forAdmins((call, id) => {
  const user = call.account.users.find((one) => one.id === id);
  return user ? hal(userView(call, user)) : nothing;
});

export const userRoutes: Routes = {
  'GET /users': listUsers,
  'GET /users/:id': oneUser,
};
