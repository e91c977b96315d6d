export const STEPS = ['kommo', 'customerio', 'rules', 'finish'] as const;
export type StepName = (typeof STEPS)[number];

export function isStep(text: string): text is StepName {
  return (STEPS as readonly string[]).includes(text);
}
