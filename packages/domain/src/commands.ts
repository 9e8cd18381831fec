import type { GivenValues } from './catalog/definition.ts';

/** A group or a project: what lies below the instance. */
export type Below =
  | { readonly project: string; readonly group?: never }
  | { readonly group: string; readonly project?: never };
/** The same, or the instance, which is `group: null`. */
export type AtOrBelow =
  | { readonly project: string; readonly group?: never }
  | { readonly group: string | null; readonly project?: never };

interface Given {
  readonly integration: string;
  readonly active?: boolean;
  readonly values?: GivenValues;
}

/** `data` of each command. Where a command names a place the key is required and `null` is the instance: a host's slip must not move a project to the root. */
export interface Commands {
  SetInstanceDefault: Given;
  ResetInstanceDefault: { readonly integration: string };
  SetGroupDefault: { readonly group: string } & Given;
  ResetGroupDefault: { readonly group: string; readonly integration: string };
  SwitchToCustom: Below & Given;
  ChangeCustomSettings: Below & Given;
  /** Values sent along are ignored (R11). */
  SwitchToInherited: Below & Given;
  ResetProjectSettings: { readonly project: string; readonly integration: string };
  /** At least one of `active` and `values`. */
  OverrideFields: Below & Given;
  /** `active` is one of the fields. */
  InheritFields: Below & { readonly integration: string; readonly fields: readonly string[] };
  /** `fields` absent: the whole lock; `only`: exactly these stay locked. */
  LockDefault:
    | {
        readonly group: string | null;
        readonly integration: string;
        readonly fields?: readonly string[];
        readonly only?: never;
      }
    | {
        readonly group: string | null;
        readonly integration: string;
        readonly fields: readonly string[];
        readonly only: true;
      };
  /** `fields` absent: all. */
  UnlockDefault: { readonly group: string | null; readonly integration: string; readonly fields?: readonly string[] };
  EraseSecrets: AtOrBelow & { readonly integration: string };
  /** Own settings, not locks, as of that position. */
  RevertSettings: AtOrBelow & { readonly integration: string; readonly to: string };
  /** `name` absent: the id. */
  RegisterGroup: { readonly group: string; readonly parent: string | null; readonly name?: string };
  MoveGroup: { readonly group: string; readonly parent: string | null };
  RenameGroup: { readonly group: string; readonly name: string };
  RemoveGroup: { readonly group: string };
  RegisterProject: { readonly project: string; readonly group: string | null; readonly name?: string };
  TransferProject: { readonly project: string; readonly group: string | null };
  RenameProject: { readonly project: string; readonly name: string };
  RemoveProject: { readonly project: string };
}

export type Command<T extends keyof Commands = keyof Commands> = {
  [K in T]: { readonly type: K; readonly data: Readonly<Commands[K]> };
}[T];

/** The commands about settings of one scope for one integration. */
export type SettingsCommandType = Extract<
  keyof Commands,
  | 'SetInstanceDefault'
  | 'ResetInstanceDefault'
  | 'SetGroupDefault'
  | 'ResetGroupDefault'
  | 'SwitchToCustom'
  | 'ChangeCustomSettings'
  | 'SwitchToInherited'
  | 'ResetProjectSettings'
  | 'OverrideFields'
  | 'InheritFields'
  | 'LockDefault'
  | 'UnlockDefault'
  | 'EraseSecrets'
  | 'RevertSettings'
>;
/** The commands about a group's or project's place in the tree. */
export type StructureCommandType = Exclude<keyof Commands, SettingsCommandType>;
export type SettingsCommand<T extends SettingsCommandType = SettingsCommandType> = Command<T>;
export type StructureCommand<T extends StructureCommandType = StructureCommandType> = Command<T>;
