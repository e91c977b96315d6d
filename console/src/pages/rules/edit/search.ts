export const VIEWS = ['form', 'text', 'try', 'compare', 'cases'] as const;
export type View = (typeof VIEWS)[number];

export function isView(value: unknown): value is View {
  return VIEWS.some((view) => view === value);
}

/** The address says which view is open, so that a reload shows it again, and which rule a link from elsewhere is about. */
export function editSearch({ view, rule }: Record<string, unknown>): { view?: View; rule?: string } {
  return { ...(isView(view) && { view }), ...(typeof rule === 'string' && { rule }) };
}
