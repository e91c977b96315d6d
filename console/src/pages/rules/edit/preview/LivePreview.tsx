import { Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { RenderedText } from '../../../../api/types.ts';
import { previewTexts as labels } from '../../../../texts.ts';
import { useEditing } from '../context.ts';
import classes from '../edit.module.css';
import type { RulesForm } from '../form.ts';
import { type Pipeline, placeOfOpenRule } from '../kommo-stages.ts';
import { anchorOf, type Path } from '../problems.ts';
import { DealSelect } from './DealSelect.tsx';
import type { SampleDeal } from './kept-deal.ts';
import { renderQuery } from './queries.ts';
import { textsToRender } from './texts-to-render.ts';
import { useSampleDeal } from './useSampleDeal.ts';

/** The pause in typing after which texts are rendered anew, ms. */
const TYPING_MS = 250;

interface Rendering {
  /** The deal whose values are shown; null while none is known. */
  deal: SampleDeal | null;
  texts: ReadonlyMap<string, RenderedText>;
  /** The reports whose values are examples. */
  examples: ReadonlySet<string>;
}

const RenderedContext = createContext<Rendering>({ deal: null, texts: new Map(), examples: new Set() });

/** The deal that texts are previewed with. */
export const useShownDeal = () => useContext(RenderedContext).deal;

interface LivePreviewProps {
  connection: string;
  form: RulesForm;
  pipelines: readonly Pipeline[];
  children: ReactNode;
}

/** Shows each text of the form as it comes out for a deal that somebody chooses. */
export function LivePreview({ connection, form, pipelines, children }: LivePreviewProps) {
  const { open } = useEditing();
  const place = useMemo(
    () => placeOfOpenRule(pipelines, form.stages, (index) => open.has(anchorOf(['stages', index]))),
    [pipelines, form.stages, open],
  );
  const { deal, choose, hasNone } = useSampleDeal(connection, place);
  const wanted = useMemo(() => textsToRender(form, open), [form, open]);
  const [texts] = useDebouncedValue(wanted, TYPING_MS);
  const rendered = useQuery(renderQuery(connection, deal?.id ?? null, texts));
  const { data } = rendered;
  const rendering = useMemo(
    () => ({
      deal,
      texts: new Map((data?.texts ?? []).map((text) => [text.key, text])),
      examples: new Set(data?.examples ?? []),
    }),
    [data, deal],
  );
  return (
    <RenderedContext value={rendering}>
      <Stack gap={4} className={`card ${classes.part}`} component="section" aria-label={labels.title}>
        <DealSelect
          connection={connection}
          place={place}
          label={labels.title}
          description={hasNone ? labels.hasNone : labels.lead}
          value={deal}
          onChange={choose}
          maw={576}
        />
        {rendered.error ? (
          <Text size="sm" c="var(--stagepost-warning)" role="status">
            {labels.failed(rendered.error.message)}
          </Text>
        ) : null}
      </Stack>
      {children}
    </RenderedContext>
  );
}

/** What an input's text comes out as; nothing while that is not known, or where the input has an error already. */
export function Outcome({ path, report, hasProblem }: { path: Path; report?: string; hasProblem: boolean }) {
  const { texts, examples } = useContext(RenderedContext);
  const rendered = texts.get(anchorOf(path));
  if (!rendered || hasProblem) return null;
  const { text, problem } = rendered;
  return (
    <div className={classes.outcome}>
      <span className={classes.outcomeLabel}>{labels.outcome}</span>
      <span className={problem === null ? classes.outcomeText : classes.outcomeProblem}>
        {problem ?? (text === null || text === '' ? labels.empty : text)}
      </span>
      {report !== undefined && examples.has(report) ? (
        <span className={classes.outcomeLabel}>{labels.example}</span>
      ) : null}
    </div>
  );
}
