import type { ConsoleSetting } from '../../core/console/server-messages.js';
import { logOut } from '../link/session.js';
import { usePage } from '../model/context.js';
import { themes } from '../model/preferences.js';
import { useCommands } from '../stage/use-commands.js';

/** What is set: changeable where that is safe, the rest to be read. */
export function Settings() {
  const { store, preferences } = usePage();
  const settings = store.settings.value;
  const mayCommand = store.mayCommand.value;
  const open = settings.filter(({ change }) => change !== null && mayCommand);
  const fixed = settings.filter((setting) => !open.includes(setting));
  return (
    <>
      <h3>This browser</h3>
      <div class="form">
        <label>
          Appearance
          <select
            value={preferences.theme.value}
            onChange={({ currentTarget }) => {
              preferences.theme.value = themes.find((it) => it === currentTarget.value) ?? 'auto';
            }}
          >
            <option value="auto">as the system</option>
            <option value="light">light, for the sun</option>
            <option value="dark">dark, for the night</option>
          </select>
        </label>
        <button
          type="button"
          onClick={() => {
            void logOut().then(() => {
              location.reload();
            });
          }}
        >
          Log out
        </button>
      </div>
      {mayCommand && (
        <>
          <h3>
            Until the next start or reload <small>the file keeps what it says</small>
          </h3>
          <div class="form">
            <Model />
            {open.map((setting) => (
              <Changeable key={setting.key} setting={setting} />
            ))}
          </div>
        </>
      )}
      <h3>
        In force <small>changed in the configuration alone</small>
      </h3>
      <table class="settings">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Value</th>
            <th scope="col">Set by</th>
          </tr>
        </thead>
        <tbody>
          {fixed.map(({ key, value, origin }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td>{plain(value)}</td>
              <td>{origin}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The tracker goes on with another model, with its target. */
function Model() {
  const { store } = usePage();
  const commands = useCommands();
  const { models = [], model } = store.status.value ?? {};
  return (
    <label>
      Model
      <select
        value={model?.name ?? ''}
        disabled={models.length < 2}
        onChange={({ currentTarget }) => {
          void commands.send({ command: 'model', name: currentTarget.value }, 'Change of model');
        }}
      >
        {models.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function Changeable({ setting: { key, value, change } }: { readonly setting: ConsoleSetting }) {
  const { store, link } = usePage();
  const set = async (next: string | number): Promise<void> => {
    const { accepted, reason } = await link.set(key, next);
    store.notice.value = accepted
      ? { level: 'info', text: `${key} is ${next} now.` }
      : { level: 'fault', text: `Refused: ${reason ?? 'no reason was given'}` };
  };
  if (change?.form === 'choice') {
    return (
      <label>
        <code>{key}</code>
        <select value={plain(value)} onChange={({ currentTarget }) => void set(currentTarget.value)}>
          {change.options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <label>
      <code>{key}</code>
      <input
        type="number"
        min={change?.min}
        max={change?.max}
        step={change?.step}
        value={plain(value)}
        onChange={({ currentTarget }) => void set(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** JSON as people write it. */
function plain(value: string): string {
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}
