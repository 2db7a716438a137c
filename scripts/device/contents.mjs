// What of the compiled package belongs on a device: everything but training and the commands that need it.
import { basename, join, sep } from 'node:path';
import { namesIn, reachableFrom } from './reachable.mjs';

/**
 * @param {string} root folder of package.json, built
 * @returns {{ files: string[], packages: string[], withoutCommands: string[] }} absolute files; packages that they name; commands left out
 */
export function deviceContents(root) {
  const source = join(root, 'dist', 'src');
  const training = join(source, 'training') + sep;
  const program = join(source, 'cli', 'program.js');
  const commands = namesIn(program)
    .filter((name) => name.startsWith('./commands/'))
    .map((name) => join(source, 'cli', name));
  const leftOut = commands.filter((command) =>
    [...reachableFrom([command]).files].some((file) => file.startsWith(training)),
  );
  const { files, packages } = reachableFrom(
    [join(source, 'cli', 'main.js')],
    (file) => !leftOut.includes(file),
  );
  return {
    files: [...files].sort(),
    packages: [...packages].sort(),
    withoutCommands: leftOut.map((file) => basename(file, '.js')).sort(),
  };
}
