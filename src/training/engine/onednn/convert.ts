import type { DataType } from './constants.js';
import type { OneDnn } from './context.js';
import type { Address } from './native-buffer.js';
import { reorder } from './primitive.js';

/** Copies `count` numbers from one type to another. */
export function convert(
  context: OneDnn,
  count: number,
  [from, source]: readonly [DataType, Address],
  [to, destination]: readonly [DataType, Address],
): void {
  const conversion = context.once(['convert', count, from, to].join(), () => {
    const made = reorder(
      context,
      context.descriptor([count], from, [1]),
      context.descriptor([count], to, [1]),
    );
    if (!made) throw new RangeError(`conversion of type ${from} to itself`);
    return made;
  });
  conversion.run(source, destination);
}
