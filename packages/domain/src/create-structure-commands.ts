import type { Command, Commands } from './commands.ts';

type Place<T extends keyof Commands, Id extends string> = Omit<Commands[T], Id>;

/** Registers a group below another, or below the instance (`null`). A name left out is the id. */
export const registerGroup = (group: string, place: Place<'RegisterGroup', 'group'>): Command<'RegisterGroup'> => ({
  type: 'RegisterGroup',
  data: { group, parent: place.parent, ...named(place) },
});

/** Moves a group with all below it. */
export const moveGroup = (group: string, place: Place<'MoveGroup', 'group'>): Command<'MoveGroup'> => ({
  type: 'MoveGroup',
  data: { group, parent: place.parent },
});

/** Names a group anew. */
export const renameGroup = (group: string, name: string): Command<'RenameGroup'> => ({
  type: 'RenameGroup',
  data: { group, name },
});

/** Removes a group and all below it, for ever: ids are not used again. */
export const removeGroup = (group: string): Command<'RemoveGroup'> => ({ type: 'RemoveGroup', data: { group } });

/** Registers a project in a group, or directly below the instance (`null`). A name left out is the id. */
export const registerProject = (
  project: string,
  place: Place<'RegisterProject', 'project'>,
): Command<'RegisterProject'> => ({
  type: 'RegisterProject',
  data: { project, group: place.group, ...named(place) },
});

/** Moves a project into a group, or directly below the instance (`null`). */
export const transferProject = (
  project: string,
  place: Place<'TransferProject', 'project'>,
): Command<'TransferProject'> => ({ type: 'TransferProject', data: { project, group: place.group } });

/** Names a project anew. */
export const renameProject = (project: string, name: string): Command<'RenameProject'> => ({
  type: 'RenameProject',
  data: { project, name },
});

/** Removes a project, for ever: ids are not used again. */
export const removeProject = (project: string): Command<'RemoveProject'> => ({
  type: 'RemoveProject',
  data: { project },
});

const named = ({ name }: { readonly name?: string }): { readonly name?: string } =>
  name === undefined ? {} : { name };
