import { useCallback, useEffect, useMemo, useState } from 'react';
import { anchorOf, anchorsAround, itemOf, type Path } from './problems.ts';

/** Which parts of the form are unfolded, and how to get to one of its inputs. */
export function useFolds(): {
  open: ReadonlySet<string>;
  toggle(item: string): void;
  foldAll(part: string | number): void;
  focusSoon(path: Path): void;
} {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState<Path | null>(null);

  const toggle = useCallback((item: string) => {
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(item)) after.add(item);
      return after;
    });
  }, []);

  const foldAll = useCallback((part: string | number) => {
    const isOf = (item: string) => item.startsWith(`${anchorOf([part])}.`);
    setOpen((before) => new Set([...before].filter((item) => !isOf(item))));
  }, []);

  const focusSoon = useCallback((path: Path) => {
    const item = itemOf(path);
    if (item) setOpen((before) => new Set(before).add(item));
    setWanted([...path]);
  }, []);

  useEffect(() => {
    if (!wanted) return;
    focusOn(wanted);
    setWanted(null);
  }, [wanted]);

  return useMemo(() => ({ open, toggle, foldAll, focusSoon }), [open, toggle, foldAll, focusSoon]);
}

/** The input itself, or else the innermost part around it that is on the page. */
function focusOn(path: Path): void {
  for (const anchor of anchorsAround(path)) {
    const found = document.getElementById(anchor);
    if (!found) continue;
    found.scrollIntoView({ block: 'center' });
    const inside = 'input, textarea, select, button';
    (found.matches(inside) ? found : found.querySelector<HTMLElement>(inside))?.focus({
      preventScroll: true,
    });
    return;
  }
}
