/** What is known of one claim, and how it came out. */
export interface Sample {
  readonly features: readonly number[];
  readonly correct: boolean;
}

/** P(correct) = 1 / (1 + exp(-(bias + weights . features))). */
export interface LogisticModel {
  readonly bias: number;
  readonly weights: readonly number[];
}

export interface LogisticOptions {
  /** Weight of the squared coefficients of the standardised features, in samples: keeps them finite where the classes can be parted. Default 1. */
  readonly ridge?: number;
}

/**
 * Logistic regression by iteratively reweighted least squares (Bishop, Pattern Recognition and Machine Learning, sec. 4.3.3),
 * on standardised features, answered for the features as they are.
 * @throws RangeError without samples of both outcomes, or when a feature is not finite.
 */
export function fitLogistic(samples: readonly Sample[], { ridge = 1 }: LogisticOptions = {}): LogisticModel {
  const correct = samples.filter((sample) => sample.correct).length;
  if (correct === 0 || correct === samples.length) {
    throw new RangeError(`${samples.length} samples, ${correct} of them correct: needs both outcomes`);
  }
  const { rows, means, deviations } = standardised(samples);
  const size = means.length + 1;
  let coefficients = new Array<number>(size).fill(0);
  for (let iteration = 0; iteration < 50; iteration += 1) {
    // Newton's step: H delta = gradient
    const gradient = coefficients.map((value, i) => (i === 0 ? 0 : -ridge * value));
    const hessian = coefficients.map((_, i) => coefficients.map((__, j) => (i === j && i > 0 ? ridge : 0)));
    rows.forEach((row, index) => {
      const p = sigmoid(dot(row, coefficients));
      const residual = (samples[index]!.correct ? 1 : 0) - p;
      for (let i = 0; i < size; i += 1) {
        gradient[i]! += residual * row[i]!;
        for (let j = 0; j < size; j += 1) hessian[i]![j]! += p * (1 - p) * row[i]! * row[j]!;
      }
    });
    hessian[0]![0]! += 1e-9;
    const step = solve(hessian, gradient);
    coefficients = coefficients.map((value, i) => value + step[i]!);
    if (Math.max(...step.map(Math.abs)) < 1e-9) break;
  }
  const weights = deviations.map((deviation, i) => coefficients[i + 1]! / deviation);
  const bias = coefficients[0]! - weights.reduce((sum, weight, i) => sum + weight * means[i]!, 0);
  return { bias, weights };
}

export function predictLogistic({ bias, weights }: LogisticModel, features: readonly number[]): number {
  return sigmoid(bias + dot(weights, features));
}

/** Rows of [1, features with mean 0 and deviation 1]; a feature that never changes gets deviation 1. */
function standardised(samples: readonly Sample[]): {
  rows: number[][];
  means: number[];
  deviations: number[];
} {
  const width = samples[0]!.features.length;
  const columns = Array.from({ length: width }, (_, i) => samples.map(({ features }) => features[i]!));
  if (!columns.every((column) => column.every(Number.isFinite)))
    throw new RangeError('a feature is not finite');
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
  const deviations = columns.map((column, i) => {
    const variance = column.reduce((sum, value) => sum + (value - means[i]!) ** 2, 0) / column.length;
    return Math.sqrt(variance) || 1;
  });
  const rows = samples.map(({ features }) => [
    1,
    ...features.map((value, i) => (value - means[i]!) / deviations[i]!),
  ]);
  return { rows, means, deviations };
}

/** Gaussian elimination with row pivoting; `matrix` is symmetric and positive definite here. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = column + 1; row < size; row += 1) {
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k <= size; k += 1) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row -= 1) {
    const known = solution.reduce((sum, value, k) => (k > row ? sum + rows[row]![k]! * value : sum), 0);
    solution[row] = (rows[row]![size]! - known) / rows[row]![row]!;
  }
  return solution;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
