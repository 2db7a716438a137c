import { fleetMessageSchema, fleetPageVersion } from '../../core/console/fleet-messages.js';
import type { FleetStore } from './fleet-store.js';

/** Hears the server; the browser connects again by itself. */
export function openFleetLink(store: FleetStore): void {
  const source = new EventSource('./fleet/events');
  source.onmessage = ({ data }) => {
    const message = fleetMessageSchema.parse(JSON.parse(data as string));
    if (message.version !== fleetPageVersion) location.reload();
    store.take(message);
  };
  source.onerror = () => {
    store.link.value = 'lost';
  };
}
