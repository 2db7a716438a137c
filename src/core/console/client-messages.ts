import * as z from 'zod/mini';

const id = z.int().check(z.nonnegative());

/** Everything a page says. */
export const clientMessageSchema = z.discriminatedUnion('kind', [
  /** Whether pictures are wanted: a page nobody sees wants none. */
  z.strictObject({ kind: z.literal('watch'), video: z.boolean() }),
  /** The picture of this number is drawn: the next may come. */
  z.strictObject({ kind: z.literal('drawn'), number: id }),
  /** A command as every text transport carries it: see core/ports/command-message. */
  z.strictObject({ kind: z.literal('command'), id, command: z.unknown() }),
  /** Changes a setting until the next start. */
  z.strictObject({ kind: z.literal('set'), id, key: z.string(), value: z.union([z.string(), z.number()]) }),
]);

export type ClientMessage = z.infer<typeof clientMessageSchema>;

/** Body of `POST /login`. */
export const loginSchema = z.strictObject({ token: z.string().check(z.maxLength(200)) });
