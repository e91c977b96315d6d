import { type RefObject, useEffect, useRef, useState } from 'react';

interface HiddenEdges<Element> {
  ref: RefObject<Element | null>;
  onScroll(): void;
  /** The place can be scrolled further down, or to the right. */
  isMoreBelow: boolean;
  isMoreRight: boolean;
}

/** Whether a place that scrolls has more than it shows. A scroll bar alone is not seen where the system hides it. */
export function useHiddenEdges<Place extends HTMLElement>(): HiddenEdges<Place> {
  const ref = useRef<Place>(null);
  const [isMoreBelow, setBelow] = useState(false);
  const [isMoreRight, setRight] = useState(false);
  function measure(): void {
    if (!ref.current) return;
    const { scrollHeight, scrollTop, clientHeight, scrollWidth, scrollLeft, clientWidth } = ref.current;
    // Positions are fractions of a pixel on screens that are zoomed.
    setBelow(scrollHeight - scrollTop - clientHeight > 2);
    setRight(scrollWidth - scrollLeft - clientWidth > 2);
  }
  // After every change of what it holds; a state that stays the same renders nothing.
  useEffect(measure);
  useEffect(() => {
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  });
  return { ref, onScroll: measure, isMoreBelow, isMoreRight };
}
