import { describeOrigin, type CommandEvent } from '../../../core/ports/control.js';

/** A command and what became of it, in words. */
export function describeCommand({ command, origin, answer }: CommandEvent): string {
  const what = command ? words(command) : 'message';
  const whose = `${what} by ${describeOrigin(origin)}`;
  return answer.accepted ? whose : `${whose} refused: ${answer.reason}`;
}

function words(command: NonNullable<CommandEvent['command']>): string {
  switch (command.kind) {
    case 'select': {
      const on = command.sequence === undefined ? '' : ` on frame ${command.sequence}`;
      return `${'box' in command ? 'box drawn' : 'point tapped'}${on}`;
    }
    case 'model':
      return `change to model ${command.name}`;
    default:
      return command.kind;
  }
}
