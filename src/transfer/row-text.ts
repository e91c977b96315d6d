/**
 * A row as text: a JSON array with the text of each column, or null. PostgreSQL's text of a value is the same on both
 * databases and in all versions, and reading it gives the value back.
 */
export type RowText = string;
