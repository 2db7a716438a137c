import { z } from 'zod';
import { describeOrigin, originKinds, type CommandKind, type Origin, type OriginKind } from './control.js';

/** `command`: everything; `read-only`: only `status`; `none`: nothing. */
export const permissions = ['command', 'read-only', 'none'] as const;
export type Permission = (typeof permissions)[number];

/** Who may command, by the transport it comes over. */
export type ControlAuthority = Readonly<Record<OriginKind, Permission>>;

const permission = z.enum(permissions).default('command');

/** For configuration files: a transport left out may command. */
export const controlAuthoritySchema = z.strictObject({
  local: permission,
  stdin: permission,
  web: permission,
  mqtt: permission,
  ros: permission,
  mavlink: permission,
} satisfies Record<OriginKind, typeof permission>);

export const everyoneCommands: ControlAuthority = controlAuthoritySchema.parse({});

/** Why this origin may not give this command; null when it may. */
export function refusalByAuthority(
  authority: ControlAuthority,
  origin: Origin,
  kind: CommandKind,
): string | null {
  if (!originKinds.includes(origin.kind)) return `origin ${describeOrigin(origin)} is not known`;
  const granted = authority[origin.kind];
  if (granted === 'command' || (granted === 'read-only' && kind === 'status')) return null;
  const may = granted === 'none' ? 'may not use the control port' : 'may only ask for the status';
  return `${describeOrigin(origin)} ${may}`;
}
