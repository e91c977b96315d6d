import { sameSecret } from '../secrets.ts';

/**
 * How the demo signs a browser in without a password. For the demo only, which runs on this machine with simulated data and
 * listens on a loopback address; `stagepost serve` has nothing like it.
 */
export interface DemoLogin {
  /** In the address that the demo prints. It works as often as it is opened. */
  loginSecret: string;
}

/** The path of the address that signs in. */
export function demoLoginPath({ loginSecret }: DemoLogin): string {
  return `/api/enter/${loginSecret}`;
}

export function isDemoSecret({ loginSecret }: DemoLogin, secret: string): boolean {
  return sameSecret(secret, loginSecret);
}
