import type { Box, Point } from '../geometry/box.js';
import type { Track } from '../tracking/track.js';

/** One set of commands for every transport (stdin, web, MQTT, ROS, MAVLink). */
export type Command =
  | { readonly kind: 'select'; readonly box: Box; readonly sequence?: number }
  | { readonly kind: 'select'; readonly point: Point; readonly sequence?: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'status' };

export type CommandAnswer =
  | { readonly accepted: true; readonly track: Track | null }
  | { readonly accepted: false; readonly reason: string };

/** Answers every command, never throws; `origin` names who asked, for the log. */
export interface Control {
  execute(command: Command, origin: string): Promise<CommandAnswer>;
}
