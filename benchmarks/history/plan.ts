/** What happens in a history; the name is also the reason that is recorded with settings. */
export const deedKinds = [
  'project created',
  'project moved',
  'group renamed',
  'project archived',
  'project deleted',
  'default set up',
  'credential rotated',
  'default changed',
  'default switched off',
  'default switched on',
  'default changed wrongly',
  'default corrected',
  'group default set',
  'group default changed',
  'group default removed',
  'own settings set',
  'own settings edited',
  'switched off by hand',
  'back to default',
  'sweep',
  'bulk return to default',
] as const;
export type DeedKind = (typeof deedKinds)[number];

/** Something that happens at a second. What `subject` and `detail` number depends on the kind. */
export interface Deed {
  readonly second: number;
  readonly kind: DeedKind;
  readonly subject: number;
  readonly detail: number;
}

/** More deeds than a plan can have: a second and a number below it fit into one double. */
const most = 2 ** 24;

/** Deeds in any order, kept as numbers only: ten million of them take some hundred megabytes. */
export class Plan {
  readonly #keys: number[] = [];
  readonly #kinds: number[] = [];
  readonly #subjects: number[] = [];
  readonly #details: number[] = [];

  get size(): number {
    return this.#keys.length;
  }

  add(second: number, kind: DeedKind, subject: number, detail = 0): void {
    if (this.#keys.length === most) throw new RangeError(`A plan has more than ${most} deeds.`);
    this.#keys.push(Math.floor(second) * most + this.#keys.length);
    this.#kinds.push(deedKinds.indexOf(kind));
    this.#subjects.push(subject);
    this.#details.push(detail);
  }

  /** By time; of one second, in the order in which they were added. */
  *inOrder(): Generator<Deed> {
    for (const key of Float64Array.from(this.#keys).sort()) {
      const index = key % most;
      yield {
        second: Math.floor(key / most),
        kind: deedKinds[this.#kinds[index]!]!,
        subject: this.#subjects[index]!,
        detail: this.#details[index]!,
      };
    }
  }
}
