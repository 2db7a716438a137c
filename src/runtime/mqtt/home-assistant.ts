import type { Publication } from './connection/publication.js';
import type { Topics } from './channels.js';
import type { MqttOptions } from './options.js';

/**
 * What makes Home Assistant show the device by itself (its MQTT discovery): two sensors and a button, kept by the broker.
 * Confidence comes from `health`, once a second: its database would not thank us for every frame.
 */
export function homeAssistantDiscovery(
  { prefix, device, homeAssistant }: MqttOptions,
  topics: Topics,
): Publication[] {
  const node = `${prefix}-${device}`.replaceAll('.', '_'); // node ids know no dots
  const common = {
    availability_topic: topics.availability, // whose words are Home Assistant's own defaults
    device: { identifiers: [node], name: `Tagalong ${device}`, manufacturer: 'Tagalong', model: 'Tagalong' },
    origin: { name: 'Tagalong' },
  };
  const entities = [
    {
      component: 'sensor',
      name: 'State',
      state_topic: topics.state,
      value_template: '{{ value_json.state }}',
      icon: 'mdi:target-account',
    },
    {
      component: 'sensor',
      name: 'Confidence',
      state_topic: topics.health,
      value_template: '{{ (value_json.confidence | float(0) * 100) | round(0) }}',
      unit_of_measurement: '%',
      state_class: 'measurement',
      icon: 'mdi:gauge',
    },
    {
      component: 'button',
      name: 'Stop',
      command_topic: topics.command,
      payload_press: '{"command":"stop"}',
      qos: 1,
      retain: false,
      icon: 'mdi:stop',
    },
  ];
  return entities.map(({ component, ...entity }) => {
    const object = entity.name.toLowerCase();
    return {
      topic: `${homeAssistant.prefix}/${component}/${node}/${object}/config`,
      payload: JSON.stringify({ ...entity, unique_id: `${node}_${object}`, ...common }),
      qos: 1,
      retain: true,
    };
  });
}
