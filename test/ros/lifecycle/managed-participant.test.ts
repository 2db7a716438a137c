import test from 'ava';
import { silentLog } from '../../../src/core/ports/log.js';
import { latched, reliable, sensorData } from '../../../src/ros/backend.js';
import { ManagedParticipant } from '../../../src/ros/lifecycle/managed-participant.js';
import { MemoryBackend } from '../support/memory-backend.js';

async function open({ autostart = false, onCleanup = (): void => undefined } = {}) {
  const backend = new MemoryBackend();
  const participant = await backend.open({ name: 'tagalong', namespace: '/uav1' });
  const node = new ManagedParticipant(participant, {
    ...{ autostart, onCleanup, log: silentLog, nowNs: () => 5n },
  });
  const change = async (label: string, id = 0): Promise<boolean> => {
    const answer = await backend.call('/uav1/tagalong/change_state', { transition: { id, label } });
    return answer['success'] as boolean;
  };
  const asked = (name: string) => backend.call(`/uav1/tagalong/${name}`, {});
  return { backend, node, change, asked };
}

test('only while active anything is published, and what is latched is said then', async (t) => {
  const { backend, node, change } = await open();
  const boxes = node.advertise('std_msgs/msg/String', 'boxes', sensorData);
  const state = node.advertise('std_msgs/msg/String', 'state', latched);
  t.true(boxes.publish({ data: 'early' }));
  t.true(state.publish({ data: 'idle' }));
  t.deepEqual(backend.published('/uav1/boxes'), []);
  t.true(await change('configure'));
  t.true(await change('activate'));
  t.deepEqual(backend.published('/uav1/state'), [{ data: 'idle' }]);
  t.deepEqual(backend.published('/uav1/boxes'), []);
  boxes.publish({ data: 'now' });
  t.true(await change('deactivate'));
  boxes.publish({ data: 'late' });
  t.deepEqual(backend.published('/uav1/boxes'), [{ data: 'now' }]);
  await node.close();
  t.is(backend.closed, 1);
});

test('only while active it hears and carries out; a service says why not', async (t) => {
  const { backend, node, change } = await open();
  const heard: unknown[] = [];
  node.subscribe('std_msgs/msg/String', 'command', reliable, (message) => heard.push(message));
  node.serve('std_srvs/srv/Trigger', 'stop', () => Promise.resolve({ success: true, message: '' }));
  backend.hear('/uav1/command', { data: 'early' });
  const refused = await backend.call('/uav1/stop', {});
  t.is(refused['success'], false);
  t.is(refused['message'], 'the node is unconfigured: ros2 lifecycle set /uav1/tagalong activate');
  await change('configure');
  await change('activate');
  backend.hear('/uav1/command', { data: 'now' });
  t.deepEqual(heard, [{ data: 'now' }]);
  t.like(await backend.call('/uav1/stop', {}), { success: true });
});

test('a transition that does not leave the state is refused and changes nothing', async (t) => {
  const { node, change, asked } = await open();
  t.false(await change('activate'));
  t.false(await change('', 4));
  t.false(await change('nonsense'));
  t.is(node.state, 'unconfigured');
  t.true(await change('', 1));
  t.deepEqual(await asked('get_state'), { current_state: { id: 2, label: 'inactive' } });
});

test('cleaning up forgets what was followed; shutting down is the end', async (t) => {
  let cleanups = 0;
  const onCleanup = (): void => {
    cleanups += 1;
  };
  const { node, change } = await open({ autostart: true, onCleanup });
  t.is(node.state, 'active');
  t.false(await change('cleanup'));
  t.true(await change('deactivate'));
  t.true(await change('cleanup'));
  t.is(cleanups, 1);
  t.true(await change('shutdown'));
  t.false(await change('configure'));
  t.is(node.state, 'finalized');
});

test('what is possible is told, now and at all', async (t) => {
  const { asked } = await open({ autostart: true });
  const labels = (answer: Readonly<Record<string, unknown>>) =>
    (answer['available_transitions'] as { transition: { id: number; label: string } }[]).map(
      ({ transition: { id, label } }) => `${id} ${label}`,
    );
  t.deepEqual(labels(await asked('get_available_transitions')), ['4 deactivate', '7 shutdown']);
  t.is(labels(await asked('get_transition_graph')).length, 7);
  const { available_states: all } = await asked('get_available_states');
  t.deepEqual(
    (all as { id: number }[]).map(({ id }) => id),
    [0, 1, 2, 3, 4, 10, 11, 13, 14, 12],
  );
});

test('every transition is told by two events, as launch files wait for them', async (t) => {
  const { backend } = await open({ autostart: true });
  const events = backend.published('/uav1/tagalong/transition_event') as unknown as {
    timestamp: bigint;
    start_state: { label: string };
    goal_state: { label: string };
  }[];
  t.deepEqual(
    events.map(({ start_state: start, goal_state: goal }) => `${start.label} > ${goal.label}`),
    ['unconfigured > configuring', 'configuring > inactive', 'inactive > activating', 'activating > active'],
  );
  t.is(events[0]!.timestamp, 5n);
});
