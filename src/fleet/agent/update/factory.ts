import { createHash } from 'node:crypto';
import { FleetError } from '../../../core/errors.js';
import { parseModelContract } from '../../../core/model/contract.js';
import { digestOf } from '../disk/digest.js';
import { readWhole } from '../disk/durable.js';
import type { FileSystem } from '../disk/file-system.js';
import type { Candidate } from '../install/installer.js';

/** The model that came with the program, which a new device begins with. @throws FleetError when there is none. */
export async function factoryModel(disk: FileSystem, folder: string): Promise<Candidate> {
  const text = await readWhole(disk, `${folder}/contract.json`);
  if (!text) throw new FleetError(`factory "${folder}": there is no contract.json`);
  const contract = parseModelContract(new TextDecoder().decode(text), `${folder}/contract.json`);
  const names = ['contract.json', contract.template.file, contract.search.file, 'card.md'];
  const hash = createHash('sha256');
  for (const name of names)
    hash.update(`${name} ${(await digestOf(disk, `${folder}/${name}`))?.sha256 ?? ''}\n`);
  return {
    model: { name: contract.name, version: 'factory', release: 0, sha256: hash.digest('hex') },
    async fill(writer) {
      for (const name of names) {
        if ((await disk.kindOf(`${folder}/${name}`)) === 'file')
          await writer.write(name, disk.read(`${folder}/${name}`));
      }
    },
  };
}
