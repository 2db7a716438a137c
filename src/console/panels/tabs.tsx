import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Events } from './events.js';
import { Recordings } from './recordings.js';
import { Settings } from './settings.js';

const tabs = [
  { id: 'events', title: 'Events', Content: Events },
  { id: 'recordings', title: 'Recordings', Content: Recordings },
  { id: 'settings', title: 'Settings', Content: Settings },
] as const;

/** What is looked at now and then; arrow keys go from tab to tab. */
export function Tabs() {
  const open = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = ({ key }: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step === undefined) return;
    open.value = (open.value + step + tabs.length) % tabs.length;
    list.current?.querySelectorAll('button')[open.value]?.focus();
  };
  const { id, Content } = tabs[open.value]!;
  return (
    <section class="panel tabs" aria-label="More">
      <div ref={list} role="tablist" onKeyDown={onKeyDown}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            aria-selected={index === open.value}
            aria-controls={`panel-${tab.id}`}
            tabIndex={index === open.value ? 0 : -1}
            onClick={() => {
              open.value = index;
            }}
          >
            {tab.title}
          </button>
        ))}
      </div>
      {tabs.map((tab) => (
        <div
          key={tab.id}
          role="tabpanel"
          id={`panel-${tab.id}`}
          aria-labelledby={`tab-${tab.id}`}
          hidden={tab.id !== id}
          tabIndex={0}
        >
          {tab.id === id && <Content />}
        </div>
      ))}
    </section>
  );
}
