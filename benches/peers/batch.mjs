/** The batch of every row, as in `src/row.rs`, and the temperature that is the loss's default. */

export const TEMPERATURE = 0.07;

/**
 * Vectors in row-major order; every two neighbours are close to each other.
 *
 * @param {number} samples
 * @param {number} dimension
 */
export function pairs(samples, dimension) {
  const batch = new Float64Array(samples * dimension);
  for (let i = 0; i < samples; i++) {
    const pair = Math.floor(i / 2);
    for (let d = 0; d < dimension; d++) {
      batch[i * dimension + d] =
        Math.sin(0.7 + 1.3 * pair * (d + 1)) + 0.3 * Math.sin(2.1 * i * (d + 2));
    }
  }
  return batch;
}

/** Rows and columns of the rows of scores. */
export const [SAMPLES, CLASSES] = [512, 1000];

/**
 * Scores up to `size`, in row-major order.
 *
 * @param {number} size
 */
export function scores(size) {
  return Float64Array.from(
    { length: SAMPLES * CLASSES },
    (_, k) => size * Math.sin(0.7 + 1.3 * Math.floor(k / CLASSES) + 0.37 * (k % CLASSES)),
  );
}

/** Entries of the log-sum-exp. */
export const exponents = () =>
  Float64Array.from({ length: 100_000 }, (_, i) => 3 * Math.sin(0.7 + 0.37 * i));

/** The class of a sample with scores. */
export const label = (/** @type {number} */ sample) => (7 * sample) % CLASSES;

/** Neighbours with one label, where there are more than two. */
export const MATES = 8;

/** Cells along a side of a map. */
export const GRID = 256;

/**
 * The centre of a cell of a map from `-reach` to `reach`.
 *
 * @param {number} index
 * @param {number} reach
 */
export const gridCoordinate = (index, reach) => reach * ((2 * (index + 0.5)) / GRID - 1);

/** The temperatures of the sweep. */
export const TEMPERATURES = Array.from({ length: 50 }, (_, i) => 0.05 * 20 ** (i / 49));
