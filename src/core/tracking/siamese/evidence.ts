/** What speaks for the place that was chosen in one frame. */
export interface Evidence {
  /** The network's score of the cell, 0..1: agreement with the stored templates. */
  readonly score: number;
  /** The online classifier's likeness of the cell, 0..1; the network's score where there is no classifier. */
  readonly classifier: number;
  /** Average peak-to-correlation energy of the response: 1 or more, greater for one sharp peak. */
  readonly apce: number;
  /** Plausibility of the motion, 0..1: 1 where the target was expected. */
  readonly motion: number;
}

/** Coefficients of the calibrated confidence; fitted without labels by `tagalong calibrate`. */
export interface ConfidenceModel {
  readonly bias: number;
  readonly score: number;
  readonly classifier: number;
  /** Of the logarithm of the APCE, which spans two decades. */
  readonly apce: number;
  readonly motion: number;
}

/** The evidence as numbers that a linear model takes, in the order score, classifier, log APCE, motion. */
export function featuresOf({ score, classifier, apce, motion }: Evidence): [number, number, number, number] {
  return [score, classifier, Math.log(Math.max(apce, 1)), motion];
}

/** Probability that the box overlaps the target by more than half: logistic regression (Platt 1999) of the evidence. */
export function calibratedConfidence(evidence: Evidence, model: ConfidenceModel): number {
  const [score, classifier, apce, motion] = featuresOf(evidence);
  const sum =
    model.bias +
    model.score * score +
    model.classifier * classifier +
    model.apce * apce +
    model.motion * motion;
  return 1 / (1 + Math.exp(-sum));
}

/**
 * Average peak-to-correlation energy (max - min)^2 / mean((value - min)^2) (Wang, Liu, Huang 2017, "Large Margin Object
 * Tracking with Circulant Feature Maps", eq. 10); 1 of a flat response.
 */
export function peakToCorrelationEnergy(response: Float32Array): number {
  let [least, most] = [Infinity, -Infinity];
  for (const value of response) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  let energy = 0;
  for (const value of response) energy += (value - least) ** 2;
  return energy === 0 ? 1 : ((most - least) ** 2 * response.length) / energy;
}
