// Which packages of the lock a device needs.

/**
 * @typedef {{ path: string, name: string, version: string, integrity: string }} LockedPackage `path` as `node_modules/x`
 * @param {{ packages: Record<string, any> }} lock package-lock.json, version 3
 * @param {readonly string[]} names of direct dependencies
 * @param {{ os: string, cpu: string, libc: string }} platform
 * @returns {LockedPackage[]} these and all below them, without what is for other platforms or optional peers
 */
export function lockedPackages({ packages }, names, platform) {
  const found = new Map();
  const waiting = names.map((name) => ({ name, from: '', optional: false }));
  while (waiting.length > 0) {
    const { name, from, optional } = waiting.pop();
    const path = resolvePath(packages, name, from);
    if (path === null) {
      if (optional) continue;
      throw new Error(`package-lock.json holds no ${name}, which ${from || 'tagalong'} needs`);
    }
    const entry = packages[path];
    if (found.has(path) || !fits(entry, platform)) continue;
    const { version, integrity } = entry;
    found.set(path, { path, name: entry.name ?? name, version, integrity });
    const { dependencies = {}, optionalDependencies = {} } = entry;
    for (const below of Object.keys(dependencies)) waiting.push({ name: below, from: path, optional: false });
    for (const below of Object.keys(optionalDependencies))
      waiting.push({ name: below, from: path, optional: true });
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** As Node looks for it: below the package itself, then below each package around it. */
function resolvePath(packages, name, from) {
  for (let base = from; ;) {
    const path = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (packages[path]) return path;
    if (base === '') return null;
    const end = base.lastIndexOf('/node_modules/');
    base = end < 0 ? '' : base.slice(0, end);
  }
}

function fits({ os, cpu, libc }, platform) {
  return [
    [os, platform.os],
    [cpu, platform.cpu],
    [libc, platform.libc],
  ].every(([allowed, ours]) => allowed === undefined || allowed.includes(ours));
}
