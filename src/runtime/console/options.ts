import { z } from 'zod';

const path = z.string().min(1).meta({ path: true });

/** Pictures for the page; may be changed while running. */
export const videoOptions = {
  /** Pictures a second, at most. */
  fps: z.number().min(1).max(120).default(30),
  /** Of the JPEG pictures. */
  quality: z.int().min(20).max(95).default(70),
  /** Wider frames are scaled down to so many pixels. */
  width: z.int().min(160).max(3840).default(1280),
};

/** The web console. Every key has a default; unknown keys are errors. */
export const consoleOptionsSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('address to listen on; 0.0.0.0: every network'),
  port: z.int().min(0).max(65_535).default(8484).describe('0: any free one'),
  commandTokenFile: path
    .optional()
    .describe('its first line is the token to command with; made when it is not there'),
  viewTokenFile: path
    .optional()
    .describe('its first line is the token to watch with; made when it is not there'),
  hosts: z
    .array(z.string().min(1))
    .default([])
    .describe("names the page may be opened under, besides addresses, localhost and the host's own name"),
  viewers: z.int().min(1).max(256).default(16).describe('pages open at once, at most'),
  loginHours: z
    .number()
    .positive()
    .max(24 * 365)
    .default(24 * 7)
    .describe('how long a login lasts'),
  video: z.strictObject(videoOptions).prefault({}),
});

export type ConsoleOptions = z.output<typeof consoleOptionsSchema>;
export type VideoOptions = ConsoleOptions['video'];
