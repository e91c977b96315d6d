import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Place } from '../StageSelect.tsx';
import { keepDeal, recallDeal, type SampleDeal, sampleOf } from './kept-deal.ts';
import { sampleDealsQuery } from './queries.ts';

export interface ChosenDeal {
  /** Null while none is known. */
  deal: SampleDeal | null;
  choose(deal: SampleDeal): void;
  /** No stage change is stored: there is no deal to begin with. */
  hasNone: boolean;
}

/** The deal that was chosen last in this tab, else the one that has entered the stage last. */
export function useSampleDeal(connection: string, place: Place | null): ChosenDeal {
  const [chosen, setChosen] = useState(() => recallDeal(connection));
  const recent = useQuery({ ...sampleDealsQuery(connection, '', place), enabled: chosen === null });
  const [first] = recent.data?.results ?? [];
  return {
    deal: chosen ?? (first ? sampleOf(first) : null),
    choose(deal) {
      keepDeal(connection, deal);
      setChosen(deal);
    },
    hasNone: chosen === null && recent.data !== undefined && first === undefined,
  };
}
