import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { consoleRoles, type ConsoleRole } from '../../../core/console/server-messages.js';
import type { Tokens } from './tokens.js';

/** Who has logged in. */
export interface Session {
  readonly role: ConsoleRole;
  /** Tells logins apart; no secret. */
  readonly id: string;
}

/**
 * What a cookie says, signed with the role's token: a login outlives a restart of the service, but not a change of the
 * token. The token itself is not in it.
 */
export function issueSession(role: ConsoleRole, tokens: Tokens, expiresAtMs: number): string {
  const claim = `${role}.${randomBytes(4).toString('hex')}.${Math.round(expiresAtMs)}`;
  return `${claim}.${sign(claim, tokens[role])}`;
}

/** Null when it is forged, of another token, or over. */
export function readSession(value: string, tokens: Tokens, nowMs: number): Session | null {
  const [, claim, role, id, expiresAtMs, signature] =
    /^(([a-z]+)\.([0-9a-f]{8})\.(\d{1,16}))\.([\w-]{43})$/.exec(value) ?? [];
  const known = consoleRoles.find((it) => it === role);
  if (claim === undefined || !known || id === undefined || signature === undefined) return null;
  const expected = Buffer.from(sign(claim, tokens[known]));
  if (!timingSafeEqual(expected, Buffer.from(signature))) return null;
  return Number(expiresAtMs) > nowMs ? { role: known, id } : null;
}

/** Cookies know no ports: two consoles on one machine must not overwrite each other's. */
export function cookieName(port: number): string {
  return `tagalong-${port}`;
}

/** @param maxAgeSeconds 0 forgets it. */
export function sessionCookie(port: number, value: string, maxAgeSeconds: number, secure: boolean): string {
  const age = Math.max(0, Math.round(maxAgeSeconds));
  const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`;
  return `${cookieName(port)}=${value}; ${flags}`;
}

/** The session's cookie in a request's `Cookie` header. */
export function findCookie(header: string | undefined, port: number): string | null {
  const name = `${cookieName(port)}=`;
  const found = header?.split(';').find((pair) => pair.trim().startsWith(name));
  return found?.trim().slice(name.length) ?? null;
}

function sign(claim: string, token: string): string {
  return createHmac('sha256', `tagalong console\n${token}`).update(claim).digest('base64url');
}
