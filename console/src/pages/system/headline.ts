import type { Health, HealthItem, Light, Proof } from '../../api/types.ts';
import type { Tone } from '../../parts/Light.tsx';
import { texts } from '../../texts.ts';

const labels = texts.now;

export const LIGHT_TONES: Record<Light, Tone> = {
  ok: 'good',
  unknown: 'nothing',
  warning: 'waiting',
  broken: 'bad',
};

/** A step of the setup of one connection. */
export interface Step extends Proof {
  connection: string;
}

export interface Headline {
  tone: Tone;
  text: string;
  /** The worst first, then the oldest. Steps that are only not proven yet are in the checklist instead. */
  items: HealthItem[];
  /** All required steps of the connections in which one is missing. */
  steps: Step[];
  /** How much of the setup is left, where the first sentence speaks of something worse. */
  setup: string | null;
}

const ORDER = { broken: 0, warning: 1, unknown: 2 };

/** The first sentence of the page, and what is behind it. */
export function headlineOf(health: Health): Headline {
  const sides = [health.installation, ...health.connections.flatMap((connection) => connection.sides)];
  const items = sides
    .flatMap((side) => side.items)
    // Somebody has paused it on purpose: nothing is wrong.
    .filter(({ code }) => code !== 'connection_paused')
    .sort((a, b) => ORDER[a.light] - ORDER[b.light] || a.since - b.since);
  const shown = items.filter(({ light }) => light !== 'unknown');
  const steps = stepsOf(health);
  const missing = steps.filter(({ isProven }) => !isProven).length;
  const setup = missing > 0 ? labels.unfinished(missing, steps.length) : null;
  const broken = shown.filter(({ light }) => light === 'broken').length;
  const isStarting = health.connections.some(({ sides: judged }) => judged.length === 0);
  const made = (tone: Tone, text: string): Headline => ({
    tone,
    text,
    items: shown,
    steps,
    setup: broken > 0 ? setup : null,
  });
  if (broken > 0) return made('bad', labels.needs(shown.length));
  if (setup !== null) return made('nothing', setup);
  if (shown.length > 0) return made('waiting', labels.warnings(shown.length));
  if (isStarting || items.length > 0) return made('nothing', labels.starting);
  return made('good', labels.good);
}

function stepsOf({ connections }: Health): Step[] {
  return connections.flatMap(({ connection, sides }) => {
    const required = sides.flatMap(({ proofs }) => proofs).filter(({ isRequired }) => isRequired);
    const isFinished = required.every(({ isProven }) => isProven);
    return isFinished ? [] : required.map((proof) => ({ ...proof, connection }));
  });
}

/** The light of a step: red where something says that it does not work now, although it was proven before. */
export function stepTone({ isProven, isContradicted }: Pick<Proof, 'isProven' | 'isContradicted'>): Tone {
  if (isContradicted) return 'bad';
  return isProven ? 'good' : 'nothing';
}

/** The judgement of one connection only, with the installation. */
export function healthOfConnection(health: Health, connection: string | undefined): Health {
  if (connection === undefined) return health;
  return { ...health, connections: health.connections.filter((each) => each.connection === connection) };
}
