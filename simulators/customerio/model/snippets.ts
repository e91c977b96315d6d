/** Text that messages share. */
export interface Snippet {
  name: string;
  value: string;
  /** Unix seconds. */
  updated_at: number;
}
