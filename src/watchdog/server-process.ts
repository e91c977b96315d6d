import { type ChildProcess, spawn } from 'node:child_process';
import { SUPERVISED_ENVIRONMENT } from './environment.ts';
import { isServerMessage } from './messages.ts';
import { isTraced, processFacts } from './process-facts.ts';

/** The process that a watchdog looks after. */
export interface ServerProcess {
  /** Undefined where it could not be started. */
  pid: number | undefined;
  /** Asks it to stop. */
  terminate(): void;
  /** Ends it at once, whatever it does. */
  kill(): void;
  /** What the system knows about it, for the log. */
  describe(): Record<string, unknown>;
  /** Whether a debugger holds it. */
  isTraced(): boolean;
}

export interface ServerEvents {
  onHeartbeat(heartbeat: { hasDebugger: boolean }): void;
  onReady(): void;
  /** Called once; one of the two is null. */
  onExit(code: number | null, signal: string | null): void;
}

/** Starts a server. The events come later, never during the call. */
export type LaunchServer = (events: ServerEvents) => ServerProcess;

export interface LaunchOptions {
  /** Arguments for Node: its own, the script, and those of the script. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** A listening socket to pass on; null where there is none. */
  listenFd: number | null;
}

/** The IPC channel is the next file descriptor after the standard ones, the socket the one after it. */
const SOCKET_FD = 4;

export function serverLauncher({ args, env, listenFd }: LaunchOptions): LaunchServer {
  return (events) => {
    const child = spawn(process.execPath, args, {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc', ...(listenFd === null ? [] : [listenFd])],
      env: childEnvironment(env, listenFd),
    });
    listen(child, events);
    return {
      pid: child.pid,
      terminate: () => child.kill('SIGTERM'),
      kill: () => child.kill('SIGKILL'),
      describe: () => processFacts(child.pid),
      isTraced: () => isTraced(child.pid),
    };
  };
}

function listen(child: ChildProcess, { onHeartbeat, onReady, onExit }: ServerEvents): void {
  let hasEnded = false;
  const end = (code: number | null, signal: string | null) => {
    if (hasEnded) return;
    hasEnded = true;
    onExit(code, signal);
  };
  child.on('exit', end);
  // It could not be started; a failed kill leaves it running.
  child.on('error', () => child.pid === undefined && end(1, null));
  child.on('message', (message) => {
    if (!isServerMessage(message)) return;
    if (message.stagepost === 'ready') onReady();
    else onHeartbeat(message);
  });
}

/** Names the socket by its number, since systemd's variables name this process. */
function childEnvironment(env: NodeJS.ProcessEnv, listenFd: number | null): NodeJS.ProcessEnv {
  const {
    STAGEPOST_SUPERVISE: _,
    LISTEN_FDS: _fds,
    LISTEN_PID: _pid,
    STAGEPOST_LISTEN_FD: _fd,
    ...rest
  } = env;
  const own = { ...rest, ...SUPERVISED_ENVIRONMENT };
  return listenFd === null ? own : { ...own, STAGEPOST_LISTEN_FD: String(SOCKET_FD) };
}
