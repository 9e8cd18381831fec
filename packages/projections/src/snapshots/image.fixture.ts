import type { Catalog, RecordedEvent } from '@integration-settings/domain';
import { EffectiveSettingsView } from '../effective-settings/view.ts';
import { catalog as smallCatalog } from '../testing/catalogs.fixture.ts';
import { ImageReader } from './read-image.ts';
import { writeImage } from './write-image.ts';

/** A view that has folded these events. */
export const viewOf = (events: readonly RecordedEvent[], catalog: Catalog = smallCatalog): EffectiveSettingsView => {
  const view = new EffectiveSettingsView('integrations', catalog);
  for (const event of events) view.apply(event);
  return view;
};

/** The pages of a view as it is. */
export const pagesOf = (view: EffectiveSettingsView): readonly Uint8Array[] => {
  const image = view.freeze();
  try {
    return [...writeImage(image)];
  } finally {
    image.release();
  }
};

/** The pages as text, to compare and to print. */
export const textOf = (pages: readonly Uint8Array[]): readonly string[] =>
  pages.map((page) => Buffer.from(page).toString('latin1'));

export const restoredFrom = (pages: readonly Uint8Array[], catalog: Catalog = smallCatalog): EffectiveSettingsView => {
  const reader = new ImageReader();
  for (const page of pages) reader.take(page);
  return EffectiveSettingsView.restored('integrations', catalog, reader.image);
};
