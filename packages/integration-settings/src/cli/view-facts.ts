import { createHash } from 'node:crypto';
import { isSecretRef, scopeKey } from '@integration-settings/domain';
import { type EffectiveSettingsView, own } from '@integration-settings/projections';

/** One thing that a view says, without positions, which differ between stores. */
interface Fact {
  readonly about: string;
  readonly text: string;
}

/** A SHA-256 of all that a view says of scopes, own settings, effective settings and revisions: equal for equal views, whatever store they come from. */
export const digestOf = (view: EffectiveSettingsView): string => {
  const hash = createHash('sha256');
  for (const { about, text } of factsOf(view)) hash.update(`${about}\n${text}\n`);
  return hash.digest('hex');
};

/** Names the first thing that two views say differently. */
export const firstDifference = (one: EffectiveSettingsView, other: EffectiveSettingsView): string | undefined => {
  const facts = factsOf(other);
  for (const { about, text } of factsOf(one)) {
    const { value: twin } = facts.next();
    if (twin?.about !== about || twin.text !== text) return about;
  }
  return facts.next().value?.about;
};

/** In the order of registration. */
function* factsOf(view: EffectiveSettingsView): Generator<Fact, undefined, undefined> {
  const { tree } = view;
  const texts = new WeakMap<object, string>(); // effective settings are shared by all who inherit them
  const shared = (value: object): string => {
    const text = texts.get(value) ?? textOf(value);
    texts.set(value, text);
    return text;
  };
  for (let number = 0; number < tree.size; number += 1) {
    const scope = tree.refOf(number);
    const isPresent = tree.isPresent(number);
    const parent = scopeKey(tree.refOf(tree.parentOf(number)));
    const place = { isPresent, parent, name: tree.nameOf(number), revision: tree.revisionOf(number) };
    yield { about: scopeKey(scope), text: textOf(place) };
    for (const { slug, own: index, view: readable } of view.slices.values()) {
      const entry = index.get(number);
      if (entry !== undefined) {
        const says = isPresent && readable !== undefined ? own(view, scope, slug) : { revision: entry.revision };
        yield { about: `own settings for ${slug} of ${scopeKey(scope)}`, text: textOf(says) };
      }
      if (!isPresent || readable === undefined) continue;
      const settings = readable.effective(number);
      if (settings.mode === 'unconfigured' && entry === undefined) continue;
      yield { about: `effective settings for ${slug} of ${scopeKey(scope)}`, text: shared(settings) };
    }
  }
}

/** As JSON, of secrets which they are. */
const textOf = (value: object): string => JSON.stringify(plain(value));

const plain = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (isSecretRef(value)) return { secret: value.id, origin: value.origin };
  if (Array.isArray(value)) return value.map(plain);
  const entries = Object.entries(value).filter(([name]) => name !== 'position');
  return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]));
};
