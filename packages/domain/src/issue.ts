/** One fault of one field. */
export interface Issue {
  readonly field: string;
  readonly message: string;
}
