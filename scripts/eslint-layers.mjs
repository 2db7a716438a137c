// ESLint rule: the layers of docs/design.md. An import may point into the file's own layer or one it stands on.
import { dirname, relative, resolve, sep } from 'node:path';

/** layer -> the layers it may import besides itself. */
const below = {
  core: [],
  runtime: ['core'],
  training: ['core'],
  ros: ['core'],
  fleet: ['core'],
  console: ['core'],
  cli: ['core', 'runtime', 'training', 'ros', 'fleet'],
};

const zones = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      crossing: '{{from}} must not import {{to}}: it stands on {{allowed}}; src/cli wires the layers.',
    },
  },
  create(context) {
    const from = layerOf(context.filename, context.cwd);
    if (from === undefined) return {};
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const target = resolve(dirname(context.filename), specifier);
      const to = layerOf(target, context.cwd) ?? relative(context.cwd, target);
      const allowed = below[from] ?? [];
      if (to === from || allowed.includes(to)) return;
      const data = { from, to, allowed: allowed.join(', ') || 'nothing' };
      context.report({ node, messageId: 'crossing', data });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

export default { meta: { name: 'layers' }, rules: { zones } };

/** `core` for src/core/…, undefined outside src/. */
function layerOf(path, root) {
  const [top, layer] = relative(root, path).split(sep);
  return top === 'src' ? layer : undefined;
}
