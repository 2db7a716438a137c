/** A state or a transition, as lifecycle_msgs has them. */
export interface Labelled {
  readonly id: number;
  readonly label: string;
}

/** The states a node can stay in (lifecycle_msgs/msg/State). */
export const states = {
  unconfigured: { id: 1, label: 'unconfigured' },
  inactive: { id: 2, label: 'inactive' },
  active: { id: 3, label: 'active' },
  finalized: { id: 4, label: 'finalized' },
} as const satisfies Readonly<Record<string, Labelled>>;

export type StateName = keyof typeof states;

export interface Transition extends Labelled {
  readonly from: StateName;
  readonly to: StateName;
  /** The state while it is under way. */
  readonly through: Labelled;
}

const shuttingDown = { id: 12, label: 'shuttingdown' };

/** What leads from one to another (lifecycle_msgs/msg/Transition), by https://design.ros2.org/articles/node_lifecycle.html. */
export const transitions: readonly Transition[] = [
  {
    ...{ id: 1, label: 'configure', from: 'unconfigured', to: 'inactive' },
    through: { id: 10, label: 'configuring' },
  },
  {
    ...{ id: 2, label: 'cleanup', from: 'inactive', to: 'unconfigured' },
    through: { id: 11, label: 'cleaningup' },
  },
  {
    ...{ id: 3, label: 'activate', from: 'inactive', to: 'active' },
    through: { id: 13, label: 'activating' },
  },
  {
    ...{ id: 4, label: 'deactivate', from: 'active', to: 'inactive' },
    through: { id: 14, label: 'deactivating' },
  },
  { ...{ id: 5, label: 'shutdown', from: 'unconfigured', to: 'finalized' }, through: shuttingDown },
  { ...{ id: 6, label: 'shutdown', from: 'inactive', to: 'finalized' }, through: shuttingDown },
  { ...{ id: 7, label: 'shutdown', from: 'active', to: 'finalized' }, through: shuttingDown },
];

/** What ends a transition that went well. */
export const success: Labelled = { id: 97, label: 'transition_success' };

/** All states there are, those under way too. */
export function allStates(): readonly Labelled[] {
  const underWay = new Map(transitions.map(({ through }) => [through.id, through]));
  return [{ id: 0, label: 'unknown' }, ...Object.values(states), ...underWay.values()];
}

/** The one that is asked for, when it leads away from `state`. As in ROS's own nodes a label counts before the number. */
export function transitionFrom(state: StateName, { id, label }: Labelled): Transition | null {
  return (
    transitions.find((it) => it.from === state && (label === '' ? it.id === id : it.label === label)) ?? null
  );
}
