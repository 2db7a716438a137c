import { render } from 'preact';
import { FleetApp } from './fleet-app.js';
import { createFleetStore } from './fleet-store.js';
import { openFleetLink } from './fleet-link.js';
import '../style/base.css';
import './fleet.css';

const store = createFleetStore();
setInterval(() => (store.nowMs.value = Date.now() + store.offsetMs), 1000);
render(<FleetApp store={store} />, document.getElementById('fleet')!);
openFleetLink(store);
