import { usePage } from '../model/context.js';
import { useCommands } from '../stage/use-commands.js';

/** Under the video: what to do, and what became of it. */
export function Controls() {
  const { store, preferences } = usePage();
  const commands = useCommands();
  const mayCommand = store.mayCommand.value;
  const paused = store.status.value?.sample.state === 'paused';
  const hasTarget = (store.status.value?.target ?? 0) > 0;
  return (
    <div class="controls">
      {mayCommand ? (
        <>
          <button
            type="button"
            class="stop"
            disabled={!hasTarget}
            onClick={() => {
              commands.stop();
            }}
          >
            Stop
          </button>
          <button
            type="button"
            disabled={!hasTarget && !paused}
            onClick={() => {
              commands.pauseOrResume();
            }}
          >
            {paused ? 'Resume' : 'Pause'}
          </button>
        </>
      ) : (
        <span class="tag">{store.phase.value === 'open' ? 'Watching only' : 'No connection'}</span>
      )}
      <label class="switch">
        <input
          type="checkbox"
          checked={preferences.lookAlikes.value}
          onChange={({ currentTarget }) => {
            preferences.lookAlikes.value = currentTarget.checked;
          }}
        />
        Look-alikes
      </label>
      <Notice />
    </div>
  );
}

function Notice() {
  const { store } = usePage();
  const notice = store.notice.value;
  const hint = store.mayCommand.value ? 'Drag a box around the target, or tap it.' : '';
  return (
    <p class="notice" role="status" data-level={notice?.level ?? 'hint'} data-testid="notice">
      {notice?.text ?? hint}
    </p>
  );
}
