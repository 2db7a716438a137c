import onnxProto, { type onnx } from 'onnx-proto';

/** An attribute of a node. ONNX tells integers from floats, JavaScript does not: the key says which. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] };

export type Attributes = Readonly<Record<string, Attribute>>;

const { AttributeType } = onnxProto.onnx.AttributeProto;

export function encodeAttribute(name: string, value: Attribute): onnx.IAttributeProto {
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('text' in value) return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value.text) };
  if ('ints' in value) return { name, type: AttributeType.INTS, ints: [...value.ints] };
  return { name, type: AttributeType.FLOATS, floats: [...value.floats] };
}

/** null for the kinds the writer never writes (tensors, graphs, lists of strings). */
export function decodeAttribute(attribute: onnx.IAttributeProto): Attribute | null {
  switch (attribute.type) {
    case AttributeType.INT:
      return { int: Number(attribute.i ?? 0) };
    case AttributeType.FLOAT:
      return { float: attribute.f ?? 0 };
    case AttributeType.STRING:
      return { text: new TextDecoder().decode(attribute.s ?? new Uint8Array()) };
    case AttributeType.INTS:
      return { ints: (attribute.ints ?? []).map(Number) };
    case AttributeType.FLOATS:
      return { floats: attribute.floats ?? [] };
    default:
      return null;
  }
}
