// Writes snapshots at positions 2, 3, … and prints `page` after each page that the store took, `+` after each snapshot, and the code
// of the error where there is one.
import { writeSync } from 'node:fs';
import { somePages } from '../testing/snapshot-store/some-snapshot.ts';
import { durableStores, headerAt } from './snapshot-store-process.fixture.ts';

const [kind = '', place = '', count = '', bytes = ''] = process.argv.slice(2);
const store = await durableStores[kind as keyof typeof durableStores](place);

function* pagesOf(position: number): Generator<Uint8Array> {
  for (const page of somePages(position, [10, Number(bytes), 10])) {
    yield page;
    writeSync(1, 'page\n');
  }
}

for (let position = 2; position < 2 + Number(count); position += 1) {
  const answer = await store.write(headerAt(position), pagesOf(position)).then(
    () => '+',
    (error: { readonly code?: string }) => error.code,
  );
  writeSync(1, `${answer}\n`);
}
await store.close();
