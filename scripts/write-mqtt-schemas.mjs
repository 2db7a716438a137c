// Writes docs/schemas/*.schema.json from the compiled code: `npx tsc && node scripts/write-mqtt-schemas.mjs`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { schemaFiles } from '../dist/src/runtime/mqtt/messages/schema-files.js';

const folder = join(import.meta.dirname, '..', 'docs', 'schemas');
for (const [name, schema] of Object.entries(schemaFiles())) {
  const path = join(folder, name);
  const options = await resolveConfig(path);
  await writeFile(path, await format(JSON.stringify(schema), { ...options, filepath: path }));
  console.log(`docs/schemas/${name}`);
}
