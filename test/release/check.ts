/**
 * Checks what would be released, and writes what goes with a release (`npm run release:check`):
 *
 * 1. compares the version in package.json, CHANGELOG.md, docs/upgrades/ and the tag
 * 2. runs every step of the Dockerfile on bare folders: the packages, `npm pack`, a production install of the packed package
 * 3. starts the image's ENTRYPOINT on a new data folder, again on the same one, and as compose.yaml does; each time it asks the
 *    HEALTHCHECK, opens the console and stops it
 * 4. imports the simulators from the production install, as the tests of another project do
 * 5. measures the production install
 * 6. writes the SBOM and the list of licences, and fails on a licence that is not permitted
 *
 * `--reuse-packages` takes the checkout's node_modules instead of installing the development packages once more;
 * `--out FOLDER` keeps the package, the SBOM and the list of licences there.
 */
import {
  chmodSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Times } from './container.ts';
import { below, buildImage, type Image } from './image.ts';
import { bundledPackages, isPermitted, licenceTable } from './licences.ts';
import { readVersions } from './read-versions.ts';
import { licencesOf, writeSbom } from './sbom.ts';
import { trySimulators } from './simulators.ts';
import { tryCompose, tryEmbedded } from './trials.ts';
import { versionProblems } from './versions.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const MAX_INSTALL_MB = 150;

const { values } = parseArgs({
  options: { 'reuse-packages': { type: 'boolean', default: false }, out: { type: 'string' } },
});
// Readable for everybody, since the image's user is not the one who builds it.
process.umask(0o022);
const work = mkdtempSync(join(tmpdir(), 'stagepost-release-'));
chmodSync(work, 0o755);
try {
  await check();
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function check(): Promise<void> {
  checkVersions();
  const image = build();
  report('first start', await tryEmbedded(image));
  report('second start', await tryEmbedded(image));
  report('as in compose.yaml', await tryCompose(image, REPOSITORY));
  trySimulators(image, REPOSITORY, work);
  console.log('the simulators can be imported, and the example of docs/simulators.md runs');
  checkSize(image);
  const { file, licences } = checkLicences(image);
  if (values.out) keep(values.out, file, licences);
}

/** In a run for a tag, GitHub names it. */
function checkVersions(): void {
  const { GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name } = process.env;
  const problems = versionProblems(readVersions(type === 'tag' && name ? name : null));
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function build(): Image {
  const image = buildImage({ repository: REPOSITORY, work, reusesPackages: values['reuse-packages'] });
  for (const { stage, text, milliseconds } of image.steps) {
    console.log(`${seconds(milliseconds).padStart(7)}  ${stage.padEnd(6)}  ${text.slice(0, 110)}`);
  }
  return image;
}

function checkSize(image: Image): void {
  const app = below(image.root, '/app');
  const files = globSync('**/*', { cwd: app, withFileTypes: true }).filter((entry) => entry.isFile());
  // As `du` counts: whole blocks of 4 KiB.
  const bytes = files.reduce(
    (sum, { parentPath, name }) => sum + Math.ceil(statSync(join(parentPath, name)).size / 4096) * 4096,
    0,
  );
  const megabytes = Math.ceil(bytes / 2 ** 20);
  console.log(`production install: ${megabytes} MB in ${files.length} files`);
  if (megabytes > MAX_INSTALL_MB) throw new Error(`A production install may have ${MAX_INSTALL_MB} MB.`);
}

function checkLicences(image: Image): { file: string; licences: string } {
  const { sbom, file } = writeSbom(REPOSITORY, work);
  const list = readFileSync(below(image.root, '/app/console/dist/licenses.md'), 'utf8');
  const packages = [...licencesOf(sbom), ...bundledPackages(list)];
  const refused = packages.filter(({ licence }) => !isPermitted(licence));
  if (refused.length > 0) throw new Error(`These licences are not permitted:\n${licenceTable(refused)}`);
  console.log(`${packages.length} packages, all under licences that ask for no more than a notice`);
  return { file, licences: licenceTable(packages) };
}

function keep(folder: string, sbom: string, licences: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of globSync('build/src/*.tgz', { cwd: work }))
    cpSync(join(work, name), join(folder, name.split('/').at(-1)!));
  cpSync(sbom, join(folder, 'sbom.cdx.json'));
  writeFileSync(join(folder, 'licences.md'), `${licences}\n`);
}

function report(trial: string, { healthyAfter, stoppedAfter }: Times): void {
  console.log(`${trial}: healthy after ${seconds(healthyAfter)}, stopped after ${seconds(stoppedAfter)}`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
