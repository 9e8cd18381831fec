/** The options that every command takes. */
export interface GlobalOptions {
  /** `sqlite:FILE` or `esdb://…`. */
  readonly store: string;
  readonly keyFile?: string;
  readonly namespace: string;
  /** `gitlab`, or a module. */
  readonly catalog: string;
  readonly actor: string;
  readonly json?: true;
}
