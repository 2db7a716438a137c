import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { isLoopback, reachableAddresses } from '../../../src/runtime/console/access/addresses.js';
import { Doorkeeper } from '../../../src/runtime/console/access/doorkeeper.js';
import { invitation } from '../../../src/runtime/console/access/invitation.js';
import { isOwnHost, isSameOrigin } from '../../../src/runtime/console/access/request-checks.js';
import {
  findCookie,
  issueSession,
  readSession,
  sessionCookie,
} from '../../../src/runtime/console/access/sessions.js';
import { createToken, readTokens, roleOfToken } from '../../../src/runtime/console/access/tokens.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-tokens-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});
const tokens = { command: 'the-token-to-command', view: 'the-token-to-watch' };

test('a token file that is not there is made, for its owner alone, and keeps its token', async (t) => {
  const commandTokenFile = join(folder, 'made');
  const first = await readTokens({ commandTokenFile }, tokens);
  t.is(readFileSync(commandTokenFile, 'utf8'), `${tokens.command}\n`);
  t.is(statSync(commandTokenFile).mode & 0o777, 0o600);
  t.is(first.view, tokens.view);
  const again = await readTokens({ commandTokenFile }, { command: createToken(), view: createToken() });
  t.is(again.command, tokens.command);
});

test('a token that could be guessed, one for both roles, and a file that cannot be read are refused by name', async (t) => {
  const short = join(folder, 'short');
  writeFileSync(short, 'secret\n');
  const error = await t.throwsAsync(readTokens({ viewTokenFile: short }, tokens), { instanceOf: UsageError });
  t.regex(error.message, /console\.viewTokenFile ".*short": .*12 to 200/);
  t.notRegex(error.message, /secret/);
  await t.throwsAsync(readTokens({}, { command: 'a', view: 'a' }), { message: /must differ/ });
  await t.throwsAsync(readTokens({ commandTokenFile: folder }, tokens), { message: /commandTokenFile/ });
});

test('a token opens its own role, and nothing else opens any', (t) => {
  t.is(roleOfToken(tokens, tokens.command), 'command');
  t.is(roleOfToken(tokens, tokens.view), 'view');
  for (const wrong of ['', 'x', `${tokens.command} `, tokens.view.slice(1)])
    t.is(roleOfToken(tokens, wrong), null);
});

test('a session is believed until it ends, is changed, or its token is', (t) => {
  const value = issueSession('view', tokens, 1000);
  t.like(readSession(value, tokens, 999), { role: 'view' });
  t.is(readSession(value, tokens, 1000), null);
  t.is(readSession(value.replace('view', 'command'), tokens, 0), null);
  t.is(readSession(value.replace('.1000.', '.9000.'), tokens, 0), null);
  t.is(readSession(value, { ...tokens, view: 'another-token' }, 0), null);
  t.notRegex(value, /token/);
  for (const nonsense of ['', '....', 'command.00000000.9.', `root.${value.slice(5)}`]) {
    t.is(readSession(nonsense, tokens, 0), null);
  }
});

test('the cookie is kept from scripts and other sites, and found among others of its machine', (t) => {
  t.is(sessionCookie(8484, 'v', 60, false), 'tagalong-8484=v; Path=/; HttpOnly; SameSite=Strict; Max-Age=60');
  t.regex(sessionCookie(8484, 'v', 60, true), /; Secure$/);
  t.is(findCookie('a=b; tagalong-8485=x; tagalong-8484=y', 8484), 'y');
  t.is(findCookie('a=b', 8484), null);
  t.is(findCookie(undefined, 8484), null);
});

test('guessing is slowed down for an address, and for all of them together', (t) => {
  let now = 0;
  const door = new Doorkeeper(tokens, () => now);
  for (let i = 0; i < 5; i += 1) t.like(door.judge('guess', 'a'), { reason: 'wrong' });
  t.like(door.judge(tokens.command, 'a'), { reason: 'too often' });
  t.like(door.judge(tokens.command, 'b'), { role: 'command' });
  for (let i = 0; i < 40; i += 1) door.judge('guess', `machine ${i}`);
  t.like(door.judge(tokens.command, 'c'), { reason: 'too often' });
  now = 10_000;
  t.like(door.judge(tokens.command, 'a'), { role: 'command' });
});

test('a request must name this machine: by address, localhost, its own or a configured name', (t) => {
  for (const own of [
    '127.0.0.1:8484',
    '192.168.7.1',
    '[::1]:80',
    'localhost:1',
    `${hostname()}:8484`,
    'Rover.lan',
  ]) {
    t.true(isOwnHost(own, ['rover.lan']), own);
  }
  for (const foreign of [
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8484',
    'a@b',
    'x/y',
  ]) {
    t.false(isOwnHost(foreign, ['rover.lan']), foreign);
  }
});

test('a request that changes something must come from the console’s own page', (t) => {
  const from = (origin: string | undefined, host: string): boolean =>
    isSameOrigin({ headers: { ...(origin !== undefined && { origin }), host } });
  t.true(from('http://127.0.0.1:8484', '127.0.0.1:8484'));
  t.true(from('https://rover.lan', 'rover.lan'));
  t.false(from('http://127.0.0.1:8485', '127.0.0.1:8484'));
  t.false(from('http://evil.example', '127.0.0.1:8484'));
  t.false(from('null', '127.0.0.1:8484'));
  t.false(from(undefined, '127.0.0.1:8484'));
});

test('the invitation has the token in the fragment, and a QR code where a phone could use it', async (t) => {
  const addresses = ['http://192.168.7.1:8484/', 'http://10.0.0.1:8484/'];
  const text = await invitation({ addresses, host: '0.0.0.0', tokens, qrCode: true });
  t.regex(text, /^console http:\/\/192\.168\.7\.1:8484\/#the-token-to-command$/m);
  t.regex(text, /to watch only: http:\/\/192\.168\.7\.1:8484\/#the-token-to-watch$/m);
  t.regex(text, /▄/);
  t.notRegex(await invitation({ addresses, host: '127.0.0.1', tokens, qrCode: true }), /▄/);
  t.notRegex(await invitation({ addresses, host: '0.0.0.0', tokens, qrCode: false }), /▄/);
});

test('addresses are those a browser can open', (t) => {
  t.deepEqual(reachableAddresses('127.0.0.1', 8484), ['http://127.0.0.1:8484/']);
  t.deepEqual(reachableAddresses('::1', 8484), ['http://[::1]:8484/']);
  for (const address of reachableAddresses('0.0.0.0', 1)) t.notRegex(address, /0\.0\.0\.0/);
  t.true(isLoopback('127.0.0.1') && isLoopback('localhost') && !isLoopback('0.0.0.0'));
});
