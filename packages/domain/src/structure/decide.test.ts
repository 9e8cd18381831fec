import { describe, expect, it } from 'vitest';
import {
  moveGroup,
  registerGroup,
  registerProject,
  removeGroup,
  removeProject,
  renameGroup,
  renameProject,
  transferProject,
} from '../create-structure-commands.ts';
import type { StructureCommand } from '../commands.ts';
import type { Decider } from '../decider.ts';
import type { StructureEventBody } from '../events.ts';
import { groupOrInstance } from '../scope.ts';
import { specFor } from '../testing/index.ts';
import { decideStructure, type StructureState, type StructureSurroundings, targetOf } from './decide.ts';

/** The fold of one scope's own stream; the real view also removes what lies below a removed group. */
const evolve = (state: StructureState, event: StructureEventBody): StructureState => {
  switch (event.type) {
    case 'GroupRegistered':
      return {
        status: 'present',
        parent: groupOrInstance(event.data.parent),
        name: event.data.name ?? event.data.group,
      };
    case 'ProjectRegistered':
      return {
        status: 'present',
        parent: groupOrInstance(event.data.group),
        name: event.data.name ?? event.data.project,
      };
    case 'GroupMoved':
      return state.status === 'present' ? { ...state, parent: groupOrInstance(event.data.parent) } : state;
    case 'ProjectTransferred':
      return state.status === 'present' ? { ...state, parent: groupOrInstance(event.data.group) } : state;
    case 'GroupRenamed':
    case 'ProjectRenamed':
      return state.status === 'present' ? { ...state, name: event.data.name } : state;
    case 'GroupRemoved':
    case 'ProjectRemoved':
      return { status: 'removed' };
    default:
      return event satisfies never;
  }
};

const decider: Decider<StructureState, StructureCommand, StructureEventBody, StructureSurroundings | undefined> = {
  initialState: { status: 'unknown' },
  evolve,
  decide: (command, state, around = { targetExists: true, targetIsBelow: false }) =>
    decideStructure(command, state, around),
};
const given = specFor(decider);

const groupRegistered = (data: { group: string; parent?: string; name?: string }): StructureEventBody => ({
  type: 'GroupRegistered',
  data,
});
const projectRegistered = (data: { project: string; group?: string; name?: string }): StructureEventBody => ({
  type: 'ProjectRegistered',
  data,
});
const groupRemoved: StructureEventBody = { type: 'GroupRemoved', data: { group: 'a' } };
const projectRemoved: StructureEventBody = { type: 'ProjectRemoved', data: { project: 'p' } };
const noTarget = { targetExists: false, targetIsBelow: false };

describe('a registration', () => {
  it('names its place, where an absent one is the instance', () => {
    given()
      .when(registerGroup('a', { parent: null }))
      .thenEvents(groupRegistered({ group: 'a' }));
    given()
      .when(registerGroup('a', { parent: 'b' }))
      .thenEvents(groupRegistered({ group: 'a', parent: 'b' }));
    given()
      .when(registerProject('p', { group: null }))
      .thenEvents(projectRegistered({ project: 'p' }));
    given()
      .when(registerProject('p', { group: 'a' }))
      .thenEvents(projectRegistered({ project: 'p', group: 'a' }));
  });

  it('leaves a name out that equals the id', () => {
    given()
      .when(registerGroup('a', { parent: null, name: 'a' }))
      .thenEvents(groupRegistered({ group: 'a' }));
    given()
      .when(registerProject('p', { group: 'a', name: 'Apollo' }))
      .thenEvents(projectRegistered({ project: 'p', group: 'a', name: 'Apollo' }));
  });

  it('appends nothing at the same place with the same name, said or left out', () => {
    given(groupRegistered({ group: 'a', parent: 'b' }))
      .when(registerGroup('a', { parent: 'b' }))
      .thenNothing();
    given(projectRegistered({ project: 'p' }))
      .when(registerProject('p', { group: null, name: 'p' }))
      .thenNothing();
    given(
      projectRegistered({ project: 'p', group: 'x' }),
      { type: 'ProjectTransferred', data: { project: 'p', group: 'a' } },
      { type: 'ProjectRenamed', data: { project: 'p', name: 'New' } },
    )
      .when(registerProject('p', { group: 'a', name: 'New' }))
      .thenNothing();
  });

  it('is rejected with another place, with another name, and after a removal', () => {
    given(groupRegistered({ group: 'a' }))
      .when(registerGroup('a', { parent: 'b' }))
      .thenRejected('AlreadyRegistered');
    given(projectRegistered({ project: 'p', name: 'Old' }))
      .when(registerProject('p', { group: null }))
      .thenRejected('AlreadyRegistered');
    given(groupRegistered({ group: 'a' }), groupRemoved)
      .when(registerGroup('a', { parent: null }))
      .thenRejected('AlreadyRegistered');
    given(projectRegistered({ project: 'p' }), projectRemoved)
      .when(registerProject('p', { group: null }))
      .thenRejected('AlreadyRegistered');
  });

  it('is rejected below a parent that is not there', () => {
    given()
      .when(registerGroup('a', { parent: 'b' }), noTarget)
      .thenRejected('UnknownScope');
    given()
      .when(registerProject('p', { group: 'b' }), noTarget)
      .thenRejected('UnknownScope');
  });
});

describe('a move', () => {
  it('names the new place, where an absent one is the instance', () => {
    given(groupRegistered({ group: 'a' }))
      .when(moveGroup('a', { parent: 'b' }))
      .thenEvents({ type: 'GroupMoved', data: { group: 'a', parent: 'b' } });
    given(groupRegistered({ group: 'a', parent: 'b' }))
      .when(moveGroup('a', { parent: null }))
      .thenEvents({ type: 'GroupMoved', data: { group: 'a' } });
    given(projectRegistered({ project: 'p', group: 'a' }))
      .when(transferProject('p', { group: 'b' }))
      .thenEvents({ type: 'ProjectTransferred', data: { project: 'p', group: 'b' } });
    given(projectRegistered({ project: 'p', group: 'a' }))
      .when(transferProject('p', { group: null }))
      .thenEvents({ type: 'ProjectTransferred', data: { project: 'p' } });
  });

  it('appends nothing where the scope is there already', () => {
    given(groupRegistered({ group: 'a', parent: 'b' }))
      .when(moveGroup('a', { parent: 'b' }))
      .thenNothing();
    given(projectRegistered({ project: 'p' }))
      .when(transferProject('p', { group: null }))
      .thenNothing();
  });

  it('is rejected below the scope itself', () =>
    given(groupRegistered({ group: 'a' }))
      .when(moveGroup('a', { parent: 'below' }), { targetExists: true, targetIsBelow: true })
      .thenRejected('WouldCycle'));

  it('is rejected where the scope or the target is not there', () => {
    given()
      .when(moveGroup('a', { parent: null }))
      .thenRejected('UnknownScope');
    given(groupRegistered({ group: 'a' }), groupRemoved)
      .when(moveGroup('a', { parent: null }))
      .thenRejected('UnknownScope');
    given(groupRegistered({ group: 'a' }))
      .when(moveGroup('a', { parent: 'b' }), noTarget)
      .thenRejected('UnknownScope');
    given()
      .when(transferProject('p', { group: null }))
      .thenRejected('UnknownScope');
    given(projectRegistered({ project: 'p' }))
      .when(transferProject('p', { group: 'b' }), noTarget)
      .thenRejected('UnknownScope');
  });
});

describe('a new name', () => {
  it('is appended where it differs, also when it goes back to the id', () => {
    given(groupRegistered({ group: 'a', name: 'Old' }))
      .when(renameGroup('a', 'a'))
      .thenEvents({ type: 'GroupRenamed', data: { group: 'a', name: 'a' } });
    given(projectRegistered({ project: 'p' }))
      .when(renameProject('p', 'New'))
      .thenEvents({ type: 'ProjectRenamed', data: { project: 'p', name: 'New' } });
  });

  it('appends nothing where it is the one already', () => {
    given(groupRegistered({ group: 'a' }))
      .when(renameGroup('a', 'a'))
      .thenNothing();
    given(projectRegistered({ project: 'p', name: 'New' }))
      .when(renameProject('p', 'New'))
      .thenNothing();
  });

  it('is rejected for what is not there', () => {
    given().when(renameGroup('a', 'x')).thenRejected('UnknownScope');
    given(projectRegistered({ project: 'p' }), projectRemoved)
      .when(renameProject('p', 'x'))
      .thenRejected('UnknownScope');
  });
});

describe('a removal', () => {
  it('is appended once', () => {
    given(groupRegistered({ group: 'a' }))
      .when(removeGroup('a'))
      .thenEvents(groupRemoved);
    given(groupRegistered({ group: 'a' }), groupRemoved)
      .when(removeGroup('a'))
      .thenNothing();
    given(projectRegistered({ project: 'p' }))
      .when(removeProject('p'))
      .thenEvents(projectRemoved);
    given(projectRegistered({ project: 'p' }), projectRemoved)
      .when(removeProject('p'))
      .thenNothing();
  });

  it('is rejected for what never was', () => {
    given().when(removeGroup('a')).thenRejected('UnknownScope');
    given().when(removeProject('p')).thenRejected('UnknownScope');
  });
});

describe('the target of a command', () => {
  it('is the parent or group that it names, the instance for null, and nothing where it names none', () => {
    expect(targetOf(registerGroup('a', { parent: 'b' }))).toEqual({ group: 'b' });
    expect(targetOf(transferProject('p', { group: null }))).toBe('instance');
    expect(targetOf(removeGroup('a'))).toBeUndefined();
  });
});
