import { UsageError } from '../../core/errors.js';

/** Request and response of the services that are served, as in ROS's .srv files. */
const services: Readonly<Record<string, { readonly request: string; readonly response: string }>> = {
  'std_srvs/srv/Trigger': {
    request: 'uint8 structure_needs_at_least_one_member', // what ROS puts in where there is nothing
    response: 'bool success\nstring message',
  },
  'sensor_msgs/srv/SetCameraInfo': {
    request: 'sensor_msgs/CameraInfo camera_info',
    response: 'bool success\nstring status_message',
  },
  'lifecycle_msgs/srv/ChangeState': {
    request: 'lifecycle_msgs/Transition transition',
    response: 'bool success',
  },
  'lifecycle_msgs/srv/GetState': {
    request: 'uint8 structure_needs_at_least_one_member',
    response: 'lifecycle_msgs/State current_state',
  },
  'lifecycle_msgs/srv/GetAvailableStates': {
    request: 'uint8 structure_needs_at_least_one_member',
    response: 'lifecycle_msgs/State[] available_states',
  },
  'lifecycle_msgs/srv/GetAvailableTransitions': {
    request: 'uint8 structure_needs_at_least_one_member',
    response: 'lifecycle_msgs/TransitionDescription[] available_transitions',
  },
  'rcl_interfaces/srv/GetParameters': {
    request: 'string[] names',
    response: 'rcl_interfaces/ParameterValue[] values',
  },
  'rcl_interfaces/srv/GetParameterTypes': { request: 'string[] names', response: 'uint8[] types' },
  'rcl_interfaces/srv/DescribeParameters': {
    request: 'string[] names',
    response: 'rcl_interfaces/ParameterDescriptor[] descriptors',
  },
  'rcl_interfaces/srv/ListParameters': {
    request: 'string[] prefixes\nuint64 depth',
    response: 'rcl_interfaces/ListParametersResult result',
  },
  'rcl_interfaces/srv/SetParameters': {
    request: 'rcl_interfaces/Parameter[] parameters',
    response: 'rcl_interfaces/SetParametersResult[] results',
  },
  'rcl_interfaces/srv/SetParametersAtomically': {
    request: 'rcl_interfaces/Parameter[] parameters',
    response: 'rcl_interfaces/SetParametersResult result',
  },
};

/** What the two messages of a service are called. @throws UsageError for one that is not known here. */
export function messagesOf(service: string): { readonly request: string; readonly response: string } {
  if (Object.hasOwn(services, service)) {
    return { request: `${service}_Request`, response: `${service}_Response` };
  }
  throw new UsageError(`service type "${service}": no definition of it`);
}

/** The definitions' texts by the names that {@link messagesOf} gives. */
export function serviceTexts(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { request, response }]) => [
      [`${service}_Request`, request],
      [`${service}_Response`, response],
    ]),
  );
}
