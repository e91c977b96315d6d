export const VIEWS = ['form', 'text', 'try', 'compare'] as const;
export type View = (typeof VIEWS)[number];

export function isView(value: unknown): value is View {
  return VIEWS.some((view) => view === value);
}

/** The address says which view is open, so that a reload shows it again. */
export function editSearch({ view }: Record<string, unknown>): { view?: View } {
  return isView(view) ? { view } : {};
}
