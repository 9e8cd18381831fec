import type {
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from '@integration-settings/domain';

/** @throws TypeError for a name that is empty or ill-formed Unicode: it could not be given back as it is */
export const checkStreamName = (streamName: string): void => {
  if (typeof streamName !== 'string' || streamName === '') throw new TypeError('The stream name is empty.');
  if (!streamName.isWellFormed())
    throw new TypeError(`The stream name ${JSON.stringify(streamName)} is not well-formed Unicode.`);
};

/** @throws TypeError for anything but a word of the port or a revision from `0n` */
export const checkExpectedRevision = (expected: ExpectedRevision): void => {
  if (expected === 'any' || expected === 'no_stream' || expected === 'stream_exists') return;
  if (typeof expected !== 'bigint' || expected < 0n) {
    throw new TypeError(
      `The expected revision "${expected}" is neither a bigint from 0 nor any, no_stream or stream_exists.`,
    );
  }
};

/** @throws TypeError naming the option */
export const checkReadStream = (options: ReadStreamOptions): void => {
  checkBound('from', options.from, 0n);
  checkDirection(options.direction);
  checkMaxCount(options.maxCount);
};

/** @throws TypeError naming the option */
export const checkReadAll = (options: ReadAllOptions): void => {
  checkBound('after', options.after, -1n);
  checkBound('before', options.before, 0n);
  checkDirection(options.direction);
  checkPrefix(options.streamPrefix);
  checkMaxCount(options.maxCount);
};

/** @throws TypeError naming the option */
export const checkSubscribe = (options: SubscribeOptions): void => {
  checkBound('after', options.after, -1n);
  checkPrefix(options.streamPrefix);
};

const checkBound = (name: string, value: bigint | undefined, least: bigint): void => {
  if (value !== undefined && (typeof value !== 'bigint' || value < least)) {
    throw new TypeError(`"${name}" is ${value}, expected a bigint from ${least}.`);
  }
};

const checkDirection = (direction: ReadAllOptions['direction']): void => {
  if (direction !== undefined && direction !== 'forwards' && direction !== 'backwards') {
    throw new TypeError(`"direction" is ${JSON.stringify(direction)}, expected forwards or backwards.`);
  }
};

const checkMaxCount = (maxCount: number | undefined): void => {
  if (maxCount !== undefined && !(Number.isSafeInteger(maxCount) && maxCount > 0)) {
    throw new TypeError(`"maxCount" is ${maxCount}, expected a whole number from 1.`);
  }
};

const checkPrefix = (prefix: string | undefined): void => {
  if (prefix !== undefined && !prefix.isWellFormed()) {
    throw new TypeError(`"streamPrefix" ${JSON.stringify(prefix)} is not well-formed Unicode.`);
  }
};
