/** What a parameter can hold here; what the configuration has besides is told as JSON text. */
export type ParameterContent = boolean | number | string | readonly string[];

/** As rcl_interfaces/msg/ParameterType numbers them. */
export const parameterTypes = {
  'not set': 0,
  bool: 1,
  integer: 2,
  double: 3,
  string: 4,
  'byte array': 5,
  'bool array': 6,
  'integer array': 7,
  'double array': 8,
  'string array': 9,
} as const;

export type ParameterType = keyof typeof parameterTypes;

/** How a parameter may be changed while running. */
export type ParameterChange =
  | { readonly form: 'choice'; readonly options: readonly string[] }
  | { readonly form: 'number'; readonly min: number; readonly max: number };

export interface NodeParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: ParameterContent;
  /** For people. */
  readonly description: string;
  /** Null: read-only while running. */
  readonly change: ParameterChange | null;
}

/** The parameters of a node. */
export interface NodeParameters {
  /** All there are now. */
  readonly all: () => readonly NodeParameter[];
  /** Only called for those that may be changed, with a value of their type. @throws Error with the reason why not. */
  readonly set: (name: string, value: ParameterContent) => Promise<void> | void;
}
