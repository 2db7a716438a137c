/** What became of a login; `reason` for people. */
export type LoginOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Whether this browser has logged in. @throws TypeError without a connection. */
export async function hasSession(): Promise<boolean> {
  const response = await fetch('session', { cache: 'no-store' });
  return response.ok;
}

/** The token goes in the body, the answer is a cookie no script can read. */
export async function logIn(token: string): Promise<LoginOutcome> {
  try {
    const response = await fetch('login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) return { ok: true };
    const { reason } = (await response.json()) as { reason?: string };
    return { ok: false, reason: reason ?? `the device says ${response.status}` };
  } catch {
    return { ok: false, reason: 'the device cannot be reached' };
  }
}

export async function logOut(): Promise<void> {
  await fetch('logout', { method: 'POST' });
}

/** The token of an address that was printed or scanned, taken out of the address bar and the history. */
export function takeTokenFromAddress(): string | null {
  const token = decodeURIComponent(location.hash.slice(1));
  if (token === '') return null;
  history.replaceState(null, '', location.pathname);
  return token;
}
