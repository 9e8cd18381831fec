import type { ReadModelKey } from '@integration-settings/domain';

/** Names a projection's state for people. */
export const describeKey = ({ namespace, name, version }: ReadModelKey): string =>
  `The projection "${name}" in version ${version} of "${namespace}"`;
