import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import { formatBoxes } from './ground-truth.js';
import { renderReport, type ReportInput } from './report.js';
import type { SequenceRun } from './run-sequence.js';
import type { Summary } from './summary.js';

/** Writes an evaluation's files into one folder: each whole, or not at all. */
export interface Output {
  /** boxes/NAME.txt and states/NAME.txt: one line a frame. */
  writeRun(run: SequenceRun): Promise<void>;
  /** summary.json. Calls may overlap; the last one begun is the one that stays. */
  writeSummary(summary: Summary): Promise<void>;
  /** report.html. */
  writeReport(input: ReportInput): Promise<void>;
}

/** @throws UsageError when the folder cannot be made. */
export async function createOutput(folder: string): Promise<Output> {
  try {
    await mkdir(join(folder, 'boxes'), { recursive: true });
    await mkdir(join(folder, 'states'), { recursive: true });
  } catch (cause) {
    throw new UsageError(`out "${folder}": cannot be made`, { cause });
  }
  let queue = Promise.resolve();
  return {
    writeRun: async ({ name, answers }) => {
      await writeWhole(join(folder, 'boxes', `${name}.txt`), formatBoxes(answers.map(({ box }) => box)));
      await writeWhole(
        join(folder, 'states', `${name}.txt`),
        answers.map(({ state }) => `${state}\n`).join(''),
      );
    },
    writeSummary: (summary) => {
      queue = queue.then(() =>
        writeWhole(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`),
      );
      return queue;
    },
    writeReport: async (input) => writeWhole(join(folder, 'report.html'), await renderReport(input)),
  };
}

/** A reader never sees half a file. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
