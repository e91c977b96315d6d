import { spawnSync } from 'node:child_process';
import { chownSync, cpSync, linkSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { type Instruction, parseCommand, parseDockerfile, parsePairs, type Stage } from './dockerfile.ts';
import { contextFiles } from './dockerignore.ts';

/**
 * Runs the steps of a Dockerfile without a container engine: each stage is a folder that stands for the root file system, and
 * absolute paths in its commands are put below that folder. In the place of the base image are this machine's shell, tar and
 * npm, and the Node that runs this. So it proves that the steps and their order are right, not what the base image has.
 */

export interface Image {
  /** The folder that stands for `/`. */
  root: string;
  env: Record<string, string>;
  workdir: string;
  /** The number of USER; 0 is root. */
  user: number;
  entrypoint: string[];
  command: string[];
  healthcheck: string[];
  steps: Step[];
}

export interface Step {
  stage: string;
  text: string;
  milliseconds: number;
}

export interface BuildOptions {
  /** The folder with the Dockerfile, .dockerignore and the context. */
  repository: string;
  /** An empty folder that every user may read. */
  work: string;
  /** Takes the checkout's installed packages instead of running the first `npm ci`. */
  reusesPackages: boolean;
}

/** @returns the last stage. @throws Error for the first step that fails, with its output. */
export function buildImage(options: BuildOptions): Image {
  const stages = parseDockerfile(readFileSync(join(options.repository, 'Dockerfile'), 'utf8'));
  const steps: Step[] = [];
  const images = stages.map((stage) => buildStage(stage, options, steps));
  return images.at(-1)!;
}

function buildStage(stage: Stage, options: BuildOptions, steps: Step[]): Image {
  const root = join(options.work, stage.name);
  installNode(join(root, 'usr/local/bin'));
  const image: Image = {
    root,
    env: {},
    workdir: '/',
    user: 0,
    entrypoint: [],
    command: [],
    healthcheck: [],
    steps,
  };
  for (const instruction of stage.instructions) {
    const start = performance.now();
    runInstruction(instruction, image, options);
    const text = `${instruction.name} ${instruction.text}`;
    steps.push({ stage: stage.name, text, milliseconds: performance.now() - start });
  }
  return image;
}

/** What the base image `node:24-slim` would bring. A hard link, so that a user who cannot read the checkout can run it. */
function installNode(folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    linkSync(process.execPath, join(folder, 'node'));
  } catch {
    cpSync(process.execPath, join(folder, 'node'));
  }
}

function runInstruction(instruction: Instruction, image: Image, options: BuildOptions): void {
  const { name, text } = instruction;
  if (name === 'WORKDIR') {
    image.workdir = text;
    mkdirSync(below(image.root, text), { recursive: true });
  } else if (name === 'ENV') Object.assign(image.env, parsePairs(text));
  else if (name === 'USER') image.user = Number(text.split(':')[0]);
  else if (name === 'ENTRYPOINT') image.entrypoint = parseCommand(text);
  else if (name === 'CMD') image.command = parseCommand(text);
  else if (name === 'HEALTHCHECK') image.healthcheck = parseCommand(text.replace(/^CMD\s+/, ''));
  else if (name === 'COPY') copy(instruction, image, options);
  else if (name === 'RUN') runStep(text, image, options);
  else if (!['ARG', 'LABEL', 'VOLUME', 'EXPOSE'].includes(name))
    throw new Error(`Cannot run ${name} ${text}`);
}

function copy({ flags, text }: Instruction, image: Image, options: BuildOptions): void {
  const words = text.split(/\s+/);
  const target = words.pop()!;
  const destination = below(image.root, isAbsolute(target) ? target : join(image.workdir, target));
  const isFolder = /(^|\/)\.?$/.test(target) || words.length > 1;
  for (const source of words) {
    if (flags.from === undefined) copyFromContext(source, destination, isFolder, options.repository);
    else copyFromStage(join(options.work, flags.from, source), destination);
  }
  const [uid, gid] = (flags.chown ?? '').split(':').map(Number);
  if (uid && process.getuid?.() === 0) chownSync(destination, uid, gid ?? uid);
}

/** A link that is named itself is followed; links below a folder stay links (seen with Buildah 1.28). */
function copyFromStage(source: string, destination: string): void {
  cpSync(realpathSync(source), destination, { recursive: true, verbatimSymlinks: true });
}

/** Of a folder Docker copies the contents, and of a file the file. */
function copyFromContext(source: string, destination: string, isFolder: boolean, repository: string): void {
  const files = contextFiles(repository, readFileSync(join(repository, '.dockerignore'), 'utf8'));
  const chosen = files.filter((file) => source === '.' || file === source || file.startsWith(`${source}/`));
  if (chosen.length === 0) throw new Error(`COPY ${source}: nothing of that name is in the build context.`);
  for (const file of chosen) {
    const isSingle = file === source;
    const path = isSingle
      ? isFolder
        ? basename(file)
        : ''
      : source === '.'
        ? file
        : file.slice(source.length + 1);
    cpSync(join(repository, file), join(destination, path));
  }
}

function runStep(text: string, image: Image, options: BuildOptions): void {
  const cwd = below(image.root, image.workdir);
  if (options.reusesPackages && /^npm ci\b(?!.*--omit)/.test(text)) {
    symlinkSync(join(options.repository, 'node_modules'), join(cwd, 'node_modules'));
    return;
  }
  const command = text.replaceAll(/(?<=^|\s)\/(?=\w)/g, `${image.root}/`);
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-e', '-c', command], {
    cwd,
    // npm needs this machine's settings, such as certificates. What is in its cache is not asked for once more.
    env: { ...process.env, ...environment(image), npm_config_prefer_offline: 'true' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`RUN ${text}\nended with ${status}.\n${stdout}${stderr}`);
}

/** The image's variables, with paths below its folder. */
export function environment(image: Image): Record<string, string> {
  const own = Object.entries(image.env).map(([name, value]) => [
    name,
    value.startsWith('/') ? below(image.root, value) : value,
  ]);
  return {
    PATH: `${below(image.root, '/usr/local/bin')}:/usr/local/bin:/usr/bin:/bin`,
    ...Object.fromEntries(own),
  };
}

/** Where an absolute path of the image is on this machine. */
export function below(root: string, path: string): string {
  return join(root, path);
}
