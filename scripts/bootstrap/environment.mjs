/**
 * What npm tells its children that holds for every npm: where packages come from, and how to get there. All else it
 * passes on belongs to the one command that was typed.
 */
const lastingSettings =
  /^npm_config_(registry|cache|userconfig|globalconfig|ca|cafile|strict_ssl|proxy|https_proxy|noproxy|offline|prefer_offline|@.*|\/\/.*)$/i;

/**
 * The environment for a child process, without what npm and npx leave behind for their own command: a leaked
 * `npm_config_call` or `npm_config_package`, for example, makes every later `npm exec` run something else.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export const cleanEnvironment = (environment) =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^npm_/i.test(name) || lastingSettings.test(name)),
  );
