import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { productionSource } from '../docs/source.ts';
import { parseDockerfile, parsePairs } from './dockerfile.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const setup = read('docs/setup.md');

interface Service {
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  networks?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  stop_grace_period?: string;
  ports?: string[];
  deploy?: { resources: { limits: { memory: string; cpus: string } } };
}
interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { ipam?: { config: { subnet: string }[] } } | null>;
  secrets: Record<string, { file: string }>;
}

/** The values of each key of a unit, in order. */
function unit(file: string): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [, key = '', value = ''] of read(file).matchAll(/^([A-Za-z]+)=(.*)$/gm)) {
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

describe('the variables of Stagepost', () => {
  /** Those of the program, those of the example's configuration, and those that Node and the XDG specification define. */
  const known = `${productionSource()}${read('examples/stagepost.yaml')} NODE_ENV NODE_COMPILE_CACHE XDG_CACHE_HOME`;
  const files = [
    'Dockerfile',
    'compose.yaml',
    'deploy/systemd/stagepost.service',
    'deploy/systemd/stagepost.socket',
    'examples/stagepost.env',
  ];

  it.each(files)('that %s sets are read', (file) => {
    const names = read(file).match(/\b(STAGEPOST|DATABASE|KOMMO|CUSTOMERIO|NODE|XDG)_[A-Z_]+\b/g) ?? [];
    const unread = names.filter(
      (name) => !known.includes(name) && !known.includes(name.replace(/_FILE$/, '')),
    );
    expect(unread).toEqual([]);
  });
});

describe('the units of systemd', () => {
  const service = unit('deploy/systemd/stagepost.service');
  const socket = unit('deploy/systemd/stagepost.socket');

  it('have the paths, the user and the address that the documentation names', () => {
    const named = ['/opt/stagepost/current', '/etc/stagepost', '/var/lib/stagepost'];
    const text = read('deploy/systemd/stagepost.service');
    expect(named.filter((path) => !setup.includes(path) || !text.includes(path))).toEqual([]);
    expect(setup).toContain(`useradd --system ${service.get('User')}`);
    expect(setup).toContain(`http://${socket.get('ListenStream')}/`);
  });

  it('are named in the documentation, which has no copy of them', () => {
    for (const name of ['stagepost.service', 'stagepost.socket'])
      expect(setup).toContain(`deploy/systemd/${name}`);
    expect(setup).not.toContain('[Service]');
    expect(setup).not.toContain('[Socket]');
  });

  it('let the service write its own folders only, and have no capability', () => {
    expect(service.get('ProtectSystem')).toEqual(['strict']);
    expect(service.get('ReadWritePaths')).toBeUndefined();
    expect(service.get('CapabilityBoundingSet')).toEqual(['']);
  });
});

describe('compose.yaml', () => {
  const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
  const services = Object.entries(compose.services);

  it('runs every service on a read-only file system, without capabilities of its own accord, and with limits', () => {
    for (const [, service] of services) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
      expect(service.deploy?.resources.limits).toEqual({
        cpus: expect.any(String),
        memory: expect.any(String),
      });
    }
  });

  it('publishes the proxy alone, and keeps the database from it', () => {
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['proxy']);
    expect(compose.services.database!.networks).not.toContain('proxy');
    expect(compose.services.proxy!.networks).not.toContain('database');
  });

  it('gives each secret as a file, to the service that reads it', () => {
    const isSecret = /TOKEN|SECRET|PASSWORD|KEY|SITE_ID|DATABASE_URL/;
    for (const [, { environment = {}, secrets = [] }] of services) {
      const variables = Object.entries(environment).filter(([name]) => isSecret.test(name));
      expect(variables.map(([name]) => name).filter((name) => !name.endsWith('_FILE'))).toEqual([]);
      expect(variables.map(([, file]) => file)).toEqual(secrets.map((name) => `/run/secrets/${name}`));
      expect(secrets.filter((name) => !compose.secrets[name])).toEqual([]);
    }
  });

  it('gives Stagepost every variable that the example reads', () => {
    const names = [...read('examples/stagepost.yaml').matchAll(/^[^#\n]*\$\{(\w+)\}/gm)].map(
      ([, name]) => name!,
    );
    const given = Object.keys(compose.services.stagepost!.environment!).map((name) =>
      name.replace(/_FILE$/, ''),
    );
    expect([...new Set(names)].filter((name) => !given.includes(name))).toEqual([]);
  });

  it('mounts files that the repository or its user has', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) =>
      volumes.filter((volume) => volume.startsWith('./')),
    );
    const files = mounted.map((volume) => volume.split(':')[0]!);
    expect(files.filter((file) => file !== './stagepost.yaml' && !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('trusts the network of the proxy, and stops Stagepost no earlier than its supervisor does', () => {
    const { environment, stop_grace_period } = compose.services.stagepost!;
    expect(environment!.STAGEPOST_TRUST_PROXY).toBe(compose.networks.proxy!.ipam!.config[0]!.subnet);
    expect(Number.parseInt(stop_grace_period!, 10)).toBeGreaterThan(15);
  });

  it('mounts the configuration where the image reads it', () => {
    const steps = parseDockerfile(read('Dockerfile')).at(-1)!.instructions;
    const env = parsePairs(
      steps
        .filter(({ name }) => name === 'ENV')
        .map(({ text }) => text)
        .join(' '),
    );
    expect(compose.services.stagepost!.volumes).toContain(`./stagepost.yaml:${env.STAGEPOST_CONFIG}:ro`);
  });
});

describe('the workflow that publishes', () => {
  interface Step {
    uses?: string;
    run?: string;
  }
  interface Job {
    permissions: Record<string, string>;
    steps: Step[];
  }
  const workflow = parse(read('.github/workflows/publish.yml')) as {
    permissions: object;
    jobs: Record<string, Job>;
  };
  const jobs = Object.values(workflow.jobs);

  it('pins every action by the hash of a commit', () => {
    const actions = jobs.flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
    expect(actions.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  it('lets the job that may sign run nothing of the repository', () => {
    expect(workflow.permissions).toEqual({});
    const signing = jobs.filter(({ permissions }) => 'id-token' in permissions);
    expect(signing.map(({ permissions }) => permissions)).toEqual([{ 'id-token': 'write' }]);
    expect(signing.flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))).toEqual([
      expect.stringMatching(/^npm publish --provenance .*--ignore-scripts/),
    ]);
  });
});
