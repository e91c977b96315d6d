import { hal, problem, type Reply } from '../hal.ts';
import type { Call, Routes } from './call.ts';
import { lossReasonView } from './views.ts';

function list(call: Call): Reply {
  const loss_reasons = call.account.lossReasons.map((reason) => lossReasonView(call, reason));
  return hal({ _total_items: loss_reasons.length, _embedded: { loss_reasons } });
}

/** Unlike other entities, an unknown reason is 404 (Kommo docs). */
function one(call: Call, id: number): Reply {
  const reason = call.account.lossReasons.find((each) => each.id === id);
  return reason ? hal(lossReasonView(call, reason)) : problem(404, 'Loss reason not found');
}

export const lossReasonRoutes: Routes = {
  'GET /leads/loss_reasons': list,
  'GET /leads/loss_reasons/:id': (call, id) => one(call, id!),
};
