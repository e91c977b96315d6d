import { appApi } from '../app/api.ts';
import { isBroadcastTrigger } from '../app/broadcasts.ts';
import { exportFile } from '../app/exports.ts';
import {
  isServiceAccountCall,
  type ServiceAccountOptions,
  serviceAccountCall,
} from '../app/service-accounts.ts';
import type { TrackRate } from '../controls.ts';
import type { Workspace } from '../model/workspace.ts';
import { isPipelinesCall, pipelinesCall } from '../pipelines/calls.ts';
import type { ReportingWebhooks } from '../reports/webhooks.ts';
import type { TrackCalls } from '../track/calls.ts';
import { publicCall } from '../track/public-calls.ts';
import { type Account, trackV1 } from '../track/v1.ts';
import { trackV2 } from '../track/v2.ts';
import { isAppCaller, isTrackCaller } from './credentials.ts';
import { createRateWindow, type RateWindow } from './rate.ts';
import {
  accepted,
  appError,
  type Call,
  notFoundTrack,
  type Reply,
  trackJson,
  unauthorizedTrack,
} from './replies.ts';

export interface RouterOptions extends ServiceAccountOptions {
  ws: Workspace;
  calls: TrackCalls;
  webhooks: ReportingWebhooks;
  account: Account;
  redirect: { to: string; status: number } | null;
  trackLimitPerSecond: number;
  appLimitPerSecond: number;
}

/** Sends each call to its API, past the checks that come before it: redirect, credentials, rate. */
export function createRouter(options: RouterOptions): {
  route(call: Call, url: string): Reply;
  rate: TrackRate;
} {
  const track = createRateWindow();
  const app = createRateWindow();
  const rate = {
    requests: 0,
    items: 0,
    get peakPerSecond() {
      return track.peak;
    },
  };

  const trackCall = (call: Call, url: string): Reply => {
    rate.requests++;
    const inLastSecond = track.count(call.at);
    if (inLastSecond > options.trackLimitPerSecond) return tooManyTrack;
    // The region endpoint is answered by either host; everything else goes to the right one.
    const isRegion = call.path[2] === 'accounts';
    if (options.redirect && !isRegion) return redirected(options.redirect, url);
    const open = publicCall(options.ws, call);
    if (open) return open;
    if (!isTrackCaller(headerOf(call), options.credentials)) return unauthorizedTrack;
    const v2 = call.path[1] === 'v2';
    const reply = v2 ? trackV2(options.calls, call) : trackV1(options.calls, options.account, call);
    rate.items += reply.items ?? 1;
    return reply;
  };

  return {
    rate,
    route(call, url) {
      const [root, version] = call.path;
      if (root === 'api' && (version === 'v1' || version === 'v2')) return trackCall(call, url);
      if (root === 'unsubscribe') return publicCall(options.ws, call) ?? notFoundTrack;
      if (root === 'exports') return exportFile(options.ws, call);
      if (root !== 'v1') return notFoundTrack;
      if (isPipelinesCall(call)) {
        return pipelinesCall(options.calls, options.credentials, call, headerOf(call));
      }
      if (isServiceAccountCall(call)) return serviceAccountCall(options, call);
      return appCall(options, app, call);
    },
  };
}

function appCall(options: RouterOptions, window: RateWindow, call: Call): Reply {
  if (!isAppCaller(headerOf(call), options.credentials)) return appError(401, 'unauthorized');
  // Transactional sends have a limit of their own, far above any test, and so have broadcasts (Customer.io docs).
  const hasOwnLimit = call.path[1] === 'send' || isBroadcastTrigger(call);
  if (!hasOwnLimit && window.count(call.at) > options.appLimitPerSecond) {
    window.uncount();
    return appError(429, `Your request is over the ${options.appLimitPerSecond}-per-second limit.`);
  }
  return appApi(options.ws, options.webhooks, call);
}

// Customer.io documents no 429 for Track and no body: this one is empty on purpose.
const tooManyTrack: Reply = { ...trackJson(429, {}), body: '' };

function redirected({ to, status }: { to: string; status: number }, url: string): Reply {
  return { ...accepted, status, headers: { location: to.replace(/\/$/, '') + url }, body: '' };
}

function headerOf(call: Call): string | undefined {
  const value = call.headers.authorization;
  return typeof value === 'string' ? value : undefined;
}
