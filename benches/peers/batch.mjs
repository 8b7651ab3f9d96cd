/** The batch of every row, as in `src/row.rs`, and the temperature that is the loss's default. */

export const TEMPERATURE = 0.07;

/**
 * Vectors in row-major order; every two neighbours are a positive pair.
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

/** The grid of the surface rows: cell centres of the square from -1.5 to 1.5. */
export const GRID = 256;

/** @param {number} index */
export const gridCoordinate = (index) => -1.5 + (3 * (index + 0.5)) / GRID;
