/** Speech has an RMS of about 0.05 to 0.2; quieter is background. */
const QUIETEST = 0.004;
const LOUDEST = 0.25;

/** 0…1 on a scale that ears share: logarithmic. */
export function meterOf(level: number): number {
  if (level <= QUIETEST) return 0;
  return Math.min(1, Math.log(level / QUIETEST) / Math.log(LOUDEST / QUIETEST));
}
