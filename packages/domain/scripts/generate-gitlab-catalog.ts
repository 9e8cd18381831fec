import { writeFileSync } from 'node:fs';
import { gitlabDefinitionsSource } from './gitlab-definitions.ts';

writeFileSync(new URL('../src/catalog/gitlab-definitions.ts', import.meta.url), gitlabDefinitionsSource());
