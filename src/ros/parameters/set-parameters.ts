import type { GivenValue } from './parameter-messages.js';
import type { NodeParameter, NodeParameters, ParameterContent, ParameterType } from './parameter.js';

/** A parameter that is to be another. */
export interface Wish extends GivenValue {
  readonly name: string;
}

/** Why not; null: it may be tried. */
function objection({ name, type }: Wish, parameter: NodeParameter | undefined): string | null {
  if (!parameter) return `${name}: there is no such parameter`;
  if (!parameter.change) {
    return `${name}: read-only while running; it is set in the configuration, before the start`;
  }
  const fits = type === parameter.type || (type === 'integer' && parameter.type === 'double');
  return fits ? null : `${name}: is ${withArticle(parameter.type)}, and cannot become ${withArticle(type)}`;
}

/** Sets one. @returns why not; null: it is set. */
export async function setParameter(parameters: NodeParameters, wish: Wish): Promise<string | null> {
  const refusal = objection(wish, find(parameters, wish.name));
  if (refusal !== null) return refusal;
  return put(parameters, wish.name, wish.value!);
}

/** Sets all or none. @returns why none; null: they are set. */
export async function setTogether(
  parameters: NodeParameters,
  wishes: readonly Wish[],
): Promise<string | null> {
  for (const wish of wishes) {
    const refusal = objection(wish, find(parameters, wish.name));
    if (refusal !== null) return refusal;
  }
  const before: NodeParameter[] = [];
  for (const { name, value } of wishes) {
    const old = find(parameters, name)!;
    const refusal = await put(parameters, name, value!);
    if (refusal !== null) {
      for (const it of before.reverse()) await put(parameters, it.name, it.value);
      return refusal;
    }
    before.push(old);
  }
  return null;
}

function withArticle(type: ParameterType): string {
  if (type === 'not set') return type;
  return `${type.startsWith('integer') ? 'an' : 'a'} ${type}`;
}

function find(parameters: NodeParameters, name: string): NodeParameter | undefined {
  return parameters.all().find((it) => it.name === name);
}

async function put(
  parameters: NodeParameters,
  name: string,
  value: ParameterContent,
): Promise<string | null> {
  try {
    await parameters.set(name, value);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
