import { z } from 'zod';
import { ModelError } from '../errors.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');
const graphFile = z.string().regex(/^[\w.-]+\.onnx$/, 'must be a plain file name ending in .onnx');
const positiveInt = z.int().positive();
const rgb = z.tuple([z.number(), z.number(), z.number()]);

const graph = z.strictObject({
  file: graphFile,
  sha256,
  /** Side of the square uint8 RGB crop, CHW, in pixels. */
  cropSize: positiveInt,
});

/** `contract.json`: everything a runtime must know of a model, and nothing else knows it. */
export const modelContractSchema = z.strictObject({
  format: z.literal('tagalong-model/1'),
  name: z.string().regex(/^[\w.-]+$/, 'letters, digits, dot, dash and underscore only'),
  /** Template graph: `template` uint8 [1,3,s,s] -> `features` float32 [1,c,h,w]. */
  template: graph.extend({ features: z.tuple([positiveInt, positiveInt, positiveInt]) }),
  /**
   * Search graph: `search` uint8 [1,3,s,s], `features` -> `scores` float32 [1,1,n,n], `distances` float32 [1,4,n,n] and,
   * where `cells` gives their channels c, the search features `cells` float32 [1,c,n,n], unit length over channels. Where `extent` is true it
   * also takes `extent` float32 [1,2]: width and height of the target in the template crop, crop pixels.
   */
  search: graph.extend({ cells: positiveInt.optional(), extent: z.boolean().optional() }),
  /** Cell (row, column) of the response looks at crop pixel (offset + column * stride, offset + row * stride), continuous coordinates. */
  response: z.strictObject({ size: positiveInt, stride: z.number().positive(), offset: z.number() }),
  /** Context around the box on each crop, as a share of width + height: see contextSide(). */
  context: z.number().min(0).max(4),
  /** (x / 255 - mean) / deviation per RGB channel; stands inside the graphs, repeated here for training and for people. */
  normalisation: z.strictObject({ mean: rgb, deviation: rgb }),
  precision: z.enum(['fp32', 'fp16', 'int8-cpu', 'int8-trt']),
  /** Parameters and multiply-adds of one search pass. */
  cost: z.strictObject({ parameters: positiveInt, multiplyAdds: positiveInt }),
  /** Tracker parameters tuned for this model; names are checked by the tracker's own schema. */
  tracker: z.record(z.string(), z.number()).optional(),
  /** Where it comes from: see card.md for the prose. */
  training: z.strictObject({
    method: z.string(),
    engine: z.string(),
    seed: z.int(),
    pairs: z.int().nonnegative(),
    /** ISO date. */
    finished: z.string(),
  }),
});

export type ModelContract = z.infer<typeof modelContractSchema>;

/** Parses the text of a contract.json. @throws ModelError naming `origin` and the offending key. */
export function parseModelContract(text: string, origin: string): ModelContract {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`${origin}: not valid JSON`, { cause });
  }
  const parsed = modelContractSchema.safeParse(json);
  if (!parsed.success)
    throw new ModelError(`${origin}: ${describeIssues(parsed.error)}`, { cause: parsed.error });
  return parsed.data;
}

/** Compares a graph's digest with the contract's. @throws ModelError quoting both. */
export function checkGraphHash(expected: string, actual: string, origin: string): void {
  if (expected === actual) return;
  throw new ModelError(
    `${origin}: sha256 is ${actual.slice(0, 12)}…, the contract says ${expected.slice(0, 12)}…`,
  );
}

function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'contract'}: ${issue.message}`)
    .join('; ');
}
