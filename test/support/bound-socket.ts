/** The part of Node's TCP handle that is used here. */
interface TcpHandle {
  readonly fd: number;
  bind(address: string, port: number): number;
  getsockname(out: { port?: number }): number;
  close(): void;
}

interface TcpBinding {
  TCP: new (type: number) => TcpHandle;
  constants: { SERVER: number };
}

/** A bound socket that outlives the processes which listen on it, as systemd holds one for a service. */
export interface BoundSocket {
  /** Hand it to a child: `stdio: [..., fd]`. The first child that listens opens the door. */
  fd: number;
  port: number;
  close(): void;
}

/**
 * Binds a free port of the loopback address without accepting anything on it. Node's own servers accept as soon
 * as they listen, so this takes the handle below them.
 */
export function bindSocket(): BoundSocket {
  const { binding } = process as unknown as { binding(name: 'tcp_wrap'): TcpBinding };
  const { TCP, constants } = binding('tcp_wrap');
  const handle = new TCP(constants.SERVER);
  const failed = handle.bind('127.0.0.1', 0);
  if (failed !== 0) throw new Error(`No port could be bound (${failed}).`);
  const name: { port?: number } = {};
  handle.getsockname(name);
  return { fd: handle.fd, port: name.port!, close: () => handle.close() };
}
