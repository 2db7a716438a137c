import type { CommandMessage } from '../../core/ports/command-message.js';
import { usePage } from '../model/context.js';

export interface Commands {
  /** Sends a command and tells the person what became of it. */
  send(command: CommandMessage, sent: string): Promise<void>;
  stop(): void;
  pauseOrResume(): void;
  say(text: string): void;
}

export function useCommands(): Commands {
  const { store, link } = usePage();
  const tell = (level: 'info' | 'fault', text: string): void => {
    store.notice.value = { level, text };
  };
  const send = async (command: CommandMessage, sent: string): Promise<void> => {
    tell('info', `${sent} …`);
    const { accepted, reason } = await link.command(command);
    if (accepted) tell('info', `${sent}: accepted.`);
    else tell('fault', `Refused: ${reason ?? 'no reason was given'}`);
  };
  return {
    send,
    stop: () => void send({ command: 'stop' }, 'Stop'),
    pauseOrResume: () => {
      const paused = store.status.peek()?.sample.state === 'paused';
      void send({ command: paused ? 'resume' : 'pause' }, paused ? 'Resume' : 'Pause');
    },
    say: (text) => {
      tell('fault', text);
    },
  };
}
