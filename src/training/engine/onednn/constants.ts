// Values of the C API (dnnl_types.h). Where versions 2 and 3 differ, both stand here.

export const Status = { success: 0, unimplemented: 3 } as const;
export const EngineKind = { cpu: 1 } as const;
export const StreamFlags = { inOrder: 1 } as const;

/** dnnl_data_type_t. */
export const DataType = { bf16: 2, fp32: 3 } as const;
export type DataType = (typeof DataType)[keyof typeof DataType];

export const PropagationKind = { forwardTraining: 64, backward: 128 } as const;

export const Algorithm = {
  convolutionDirect: 1,
  poolingMax: 0x1ff,
  poolingAverageExcludePadding: 0x3ff,
} as const;

/** dnnl_format_tag_any; every other layout is given by strides, as the tags differ between versions. */
export const FORMAT_ANY = 1;

/** dnnl_query_t: memory descriptors of a primitive, and the name of its implementation. */
export const Query = {
  implementation: 8,
  source: 129,
  sourceGradient: 130,
  weights: 131,
  weightsGradient: 132,
  destination: 133,
  destinationGradient: 134,
  workspace: 135,
} as const;

/** DNNL_ARG_*: which argument of a primitive a memory is. */
export const Argument = {
  source: 1,
  destination: 17,
  weights: 33,
  mean: 49,
  variance: 50,
  scale: 51,
  shift: 52,
  workspace: 64,
  sourceGradient: 129,
  destinationGradient: 145,
  weightsGradient: 161,
  scaleGradient: 255,
  shiftGradient: 256,
} as const;

/** dnnl_normalization_flags_t by major version. */
export const NormalizationFlags = {
  2: { scale: 8, shift: 16, relu: 4 },
  3: { scale: 2, shift: 4, relu: 8 },
} as const;

/** Bits of dnnl_cpu_isa_t that stand for native bf16 arithmetic (AVX512_BF16). */
export const ISA_BF16 = 0xe7;
/** The same for AMX, by major version. */
export const ISA_AMX = { 2: 0x3e7, 3: 0xfef } as const;
