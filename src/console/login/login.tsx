import { useSignal } from '@preact/signals';
import type { TargetedSubmitEvent } from 'preact';
import { logIn } from '../link/session.js';
import { usePage } from '../model/context.js';

/** Asks for the token. */
export function Login() {
  const { link } = usePage();
  const problem = useSignal('');
  const busy = useSignal(false);
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const token = new FormData(form).get('token');
    busy.value = true;
    const outcome = await logIn(typeof token === 'string' ? token : '');
    busy.value = false;
    problem.value = outcome.ok ? '' : `No: ${outcome.reason}.`;
    if (outcome.ok) await link.open();
  };
  return (
    <main class="login">
      <form
        onSubmit={(event: TargetedSubmitEvent<HTMLFormElement>) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <h1>
          <img src="./icon.svg" alt="" width={40} height={40} /> Tagalong
        </h1>
        <label for="token">Token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck={false}
          required
        />
        <p class="problem" role="alert">
          {problem.value}
        </p>
        <button type="submit" disabled={busy.value}>
          Open the console
        </button>
        <p class="help">
          The token was printed where Tagalong was started, as text and as a QR code, or stands in the file
          that <code>console.commandTokenFile</code> names.
        </p>
      </form>
    </main>
  );
}
