import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { numberedKey, sharedStores } from './key-store-process.fixture.ts';

// A program: creates keys of the owners 0, 1, 2 … (as many as said) and writes a line with number and id for each one that was acknowledged.
// After each tenth it destroys the one before, and writes `-` and its number.

const [kind, path, count] = process.argv.slice(2) as [keyof typeof sharedStores, string, string];
const store = await sharedStores[kind](path);
let before = '';
for (let number = 0; number < Number(count); number += 1) {
  const { id } = await store.createIfAbsent(numberedKey(randomUUID(), number));
  writeSync(1, `+ ${number} ${id}\n`);
  if (number % 10 === 9) {
    await store.destroy(before);
    writeSync(1, `- ${number - 1} ${before}\n`);
  }
  before = id;
}
await store.close();
