import { StateBadge } from './badge/badge.js';
import { Gimbal } from './gimbal/gimbal.js';
import { Login } from './login/login.js';
import { usePage } from './model/context.js';
import { Controls } from './panels/controls.js';
import { Health } from './panels/health.js';
import { Instruments } from './panels/instruments.js';
import { Tabs } from './panels/tabs.js';
import { Stage } from './stage/stage.js';

export function App() {
  const { store } = usePage();
  if (store.phase.value === 'login') return <Login />;
  return (
    <div class="page">
      <Header />
      <main>
        <section class="stage" aria-label="Video and state">
          <StateBadge />
          <Stage />
          <Controls />
        </section>
        <div class="side">
          <Gimbal />
          <Instruments />
          <Health />
          <Tabs />
        </div>
      </main>
    </div>
  );
}

function Header() {
  const { store } = usePage();
  const { device, role } = store.hello.value ?? {};
  const command = store.status.value?.lastCommand;
  return (
    <header class="bar">
      <img src="./icon.svg" alt="" width={28} height={28} />
      <h1>
        Tagalong <small>{device}</small>
      </h1>
      {command && (
        <p class="last">
          last: {command.command} by {command.origin}
        </p>
      )}
      {role && <span class="tag">{role === 'command' ? 'may command' : 'watching only'}</span>}
    </header>
  );
}
