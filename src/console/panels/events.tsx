import { usePage } from '../model/context.js';

/** What happened, newest first. */
export function Events() {
  const { store } = usePage();
  const events = store.events.value;
  if (events.length === 0) return <p class="empty">Nothing has happened yet.</p>;
  return (
    <ol class="events">
      {events.map(({ number, atMs, level, text }) => (
        <li key={number} data-level={level}>
          <time dateTime={new Date(atMs).toISOString()}>{new Date(atMs).toTimeString().slice(0, 8)}</time>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}
