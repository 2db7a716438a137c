import { render } from 'preact';
import { App } from './app.js';
import { Link } from './link/link.js';
import { logIn, takeTokenFromAddress } from './link/session.js';
import { PageContext } from './model/context.js';
import { loadPreferences } from './model/preferences.js';
import { createStore } from './model/store.js';
import './style/base.css';
import './style/badge.css';
import './style/stage.css';
import './style/panels.css';
import './style/gimbal.css';

const store = createStore();
const link = new Link(store);
const preferences = loadPreferences(localStorage, document.documentElement);
setInterval(() => (store.nowMs.value = performance.now()), 250);

render(
  <PageContext.Provider value={{ store, link, preferences }}>
    <App />
  </PageContext.Provider>,
  document.getElementById('console')!,
);

const token = takeTokenFromAddress();
if (token !== null) await logIn(token); // a token that does not fit is asked for again
await link.open();
