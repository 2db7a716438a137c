import { reliable, type RosMessage, type RosParticipant } from '../backend.js';
import { listParameters } from './list-parameters.js';
import { descriptorMessage, givenValue, valueMessage } from './parameter-messages.js';
import { parameterTypes, type NodeParameter, type NodeParameters } from './parameter.js';
import { setParameter, setTogether, type Wish } from './set-parameters.js';

/** ns since 1970. */
type Now = () => bigint;

/** The services behind `ros2 param`; what is set by them is told on `/parameter_events`. */
export function serveParameters(
  participant: RosParticipant,
  parameters: NodeParameters,
  now: Now = () => BigInt(Date.now()) * 1_000_000n,
): void {
  const node = participant.nameOf('~/x').slice(0, -2);
  const events = participant.advertise('rcl_interfaces/msg/ParameterEvent', '/parameter_events', reliable);
  const serve = (
    type: string,
    name: string,
    answer: (request: RosMessage) => RosMessage | Promise<RosMessage>,
  ): void => {
    participant.serve(`rcl_interfaces/srv/${type}`, `~/${name}`, async (request) => answer(request));
  };
  const changed = (wishes: readonly Wish[]): void => {
    const known = byName(parameters);
    const messages = [...new Set(wishes.map(({ name }) => name))].map((name) => ({
      name,
      value: valueMessage(known.get(name)),
    }));
    const lists = { new_parameters: [], changed_parameters: messages, deleted_parameters: [] };
    if (messages.length > 0) events.publish({ stamp: stampOf(now()), node, ...lists });
  };
  serve('ListParameters', 'list_parameters', ({ prefixes, depth }) => ({
    result: listParameters([...byName(parameters).keys()], prefixes as string[], Number(depth)),
  }));
  serve('GetParameters', 'get_parameters', (request) => {
    const known = byName(parameters);
    return { values: namesIn(request).map((name) => valueMessage(known.get(name))) };
  });
  serve('GetParameterTypes', 'get_parameter_types', (request) => {
    const known = byName(parameters);
    const types = namesIn(request).map((name) => parameterTypes[known.get(name)?.type ?? 'not set']);
    return { types: Uint8Array.from(types) };
  });
  serve('DescribeParameters', 'describe_parameters', (request) => {
    const known = byName(parameters);
    return { descriptors: namesIn(request).map((name) => descriptorMessage(name, known.get(name))) };
  });
  serve('SetParameters', 'set_parameters', async (request) => {
    const results: RosMessage[] = [];
    for (const wish of wishesIn(request)) {
      const reason = await setParameter(parameters, wish);
      if (reason === null) changed([wish]);
      results.push(resultOf(reason));
    }
    return { results };
  });
  serve('SetParametersAtomically', 'set_parameters_atomically', async (request) => {
    const wishes = wishesIn(request);
    const reason = await setTogether(parameters, wishes);
    if (reason === null) changed(wishes);
    return { result: resultOf(reason) };
  });
}

function byName(parameters: NodeParameters): ReadonlyMap<string, NodeParameter> {
  return new Map(parameters.all().map((it) => [it.name, it]));
}

function namesIn({ names }: RosMessage): readonly string[] {
  return names as readonly string[];
}

function wishesIn({ parameters }: RosMessage): Wish[] {
  return (parameters as readonly { name: string; value: RosMessage }[]).map(({ name, value }) => ({
    name,
    ...givenValue(value),
  }));
}

function resultOf(reason: string | null): RosMessage {
  return { successful: reason === null, reason: reason ?? '' };
}

function stampOf(ns: bigint): RosMessage {
  return { sec: Number(ns / 1_000_000_000n), nanosec: Number(ns % 1_000_000_000n) };
}
