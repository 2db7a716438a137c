import type { RosMessage, RosParticipant } from '../backend.js';
import { allStates, states, transitions, type Labelled, type StateName, type Transition } from './states.js';

/** What the services ask and command. */
export interface Lifecycle {
  readonly state: () => StateName;
  /** @returns whether it was carried out. */
  readonly change: (wanted: Labelled) => boolean;
}

/** The services by which `ros2 lifecycle`, launch files and lifecycle managers know and command a managed node. */
export function serveLifecycle(participant: RosParticipant, { state, change }: Lifecycle): void {
  const serve = (type: string, name: string, answer: (request: RosMessage) => RosMessage): void => {
    participant.serve(`lifecycle_msgs/srv/${type}`, `~/${name}`, (request) =>
      Promise.resolve(answer(request)),
    );
  };
  serve('ChangeState', 'change_state', ({ transition }) => ({ success: change(transition as Labelled) }));
  serve('GetState', 'get_state', () => ({ current_state: states[state()] }));
  serve('GetAvailableStates', 'get_available_states', () => ({ available_states: allStates() }));
  serve('GetAvailableTransitions', 'get_available_transitions', () => ({
    available_transitions: transitions.filter(({ from }) => from === state()).map(described),
  }));
  serve('GetAvailableTransitions', 'get_transition_graph', () => ({
    available_transitions: transitions.map(described),
  }));
}

function described({ id, label, from, to }: Transition): RosMessage {
  return { transition: { id, label }, start_state: states[from], goal_state: states[to] };
}
