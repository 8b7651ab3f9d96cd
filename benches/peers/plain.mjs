/** The rows in plain JavaScript: typed arrays, no allocation while running, gradients by hand. */

import { GRID, TEMPERATURE, gridCoordinate, pairs } from "./batch.mjs";

/** @type {Record<string, () => () => number>} */
export const ROWS = {
  "NT-Xent 64×2, value and gradient": () => ntXent(64, 2),
  "NT-Xent 512×128, value and gradient": () => ntXent(512, 128),
  "NT-Xent 64×2, surface 256×256": () => surface(64),
};

/**
 * @param {Float64Array} batch
 * @param {number} dimension
 * @param {Float64Array} unit The vectors of length one.
 * @param {Float64Array} lengths
 */
function normalise(batch, dimension, unit, lengths) {
  for (let i = 0; i < lengths.length; i++) {
    const row = i * dimension;
    let square = 0;
    for (let d = 0; d < dimension; d++) square += batch[row + d] * batch[row + d];
    lengths[i] = Math.sqrt(square);
    for (let d = 0; d < dimension; d++) unit[row + d] = batch[row + d] / lengths[i];
  }
}

/**
 * @param {number} samples
 * @param {number} dimension
 */
function ntXent(samples, dimension) {
  const batch = pairs(samples, dimension);
  const unit = new Float64Array(batch.length);
  const lengths = new Float64Array(samples);
  const similarities = new Float64Array(samples * samples);
  const slopes = new Float64Array(samples * samples);
  const byUnit = new Float64Array(dimension);
  const gradient = new Float64Array(batch.length);
  const scale = 1 / (samples * TEMPERATURE);

  return () => {
    normalise(batch, dimension, unit, lengths);
    for (let i = 0; i < samples; i++) {
      for (let j = 0; j < i; j++) {
        const dot = product(unit, i * dimension, j * dimension, dimension) / TEMPERATURE;
        similarities[i * samples + j] = dot;
        similarities[j * samples + i] = dot;
      }
      similarities[i * samples + i] = -Infinity;
    }

    let loss = 0;
    for (let i = 0; i < samples; i++) {
      const row = i * samples;
      let largest = -Infinity;
      for (let j = 0; j < samples; j++) largest = Math.max(largest, similarities[row + j]);
      let sum = 0;
      for (let j = 0; j < samples; j++) {
        const weight = Math.exp(similarities[row + j] - largest);
        slopes[row + j] = weight;
        sum += weight;
      }
      for (let j = 0; j < samples; j++) slopes[row + j] *= scale / sum;
      slopes[row + (i ^ 1)] -= scale;
      loss += largest + Math.log(sum) - similarities[row + (i ^ 1)];
    }

    for (let i = 0; i < samples; i++) {
      byUnit.fill(0);
      for (let j = 0; j < samples; j++) {
        const slope = slopes[i * samples + j] + slopes[j * samples + i];
        const other = j * dimension;
        for (let d = 0; d < dimension; d++) byUnit[d] += slope * unit[other + d];
      }
      const row = i * dimension;
      let along = 0;
      for (let d = 0; d < dimension; d++) along += byUnit[d] * unit[row + d];
      for (let d = 0; d < dimension; d++) {
        gradient[row + d] = (byUnit[d] - along * unit[row + d]) / lengths[i];
      }
    }
    return loss / samples;
  };
}

/**
 * Four sums at a time, as one sum would wait for each addition.
 *
 * @param {Float64Array} unit
 * @param {number} a
 * @param {number} b
 * @param {number} dimension
 */
function product(unit, a, b, dimension) {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let d = 0;
  for (; d + 3 < dimension; d += 4) {
    s0 += unit[a + d] * unit[b + d];
    s1 += unit[a + d + 1] * unit[b + d + 1];
    s2 += unit[a + d + 2] * unit[b + d + 2];
    s3 += unit[a + d + 3] * unit[b + d + 3];
  }
  for (; d < dimension; d++) s0 += unit[a + d] * unit[b + d];
  return s0 + s1 + s2 + s3;
}

/**
 * The loss while the first point moves over the grid: what the others have to do with each other
 * is computed once.
 *
 * @param {number} samples
 */
function surface(samples) {
  const unit = new Float64Array(2 * samples);
  const batch = pairs(samples, 2);
  const lengths = new Float64Array(samples);
  const others = new Float64Array(samples);
  const cells = new Float64Array(GRID * GRID);

  return () => {
    normalise(batch, 2, unit, lengths);
    others.fill(0);
    let attraction = 0;
    for (let i = 1; i < samples; i++) {
      for (let j = 1; j < samples; j++) {
        if (j === i) continue;
        const dot = unit[2 * i] * unit[2 * j] + unit[2 * i + 1] * unit[2 * j + 1];
        others[i] += Math.exp(dot / TEMPERATURE);
        if (j === (i ^ 1)) attraction += dot / TEMPERATURE;
      }
    }

    let total = 0;
    for (let row = 0; row < GRID; row++) {
      const y = gridCoordinate(row);
      for (let column = 0; column < GRID; column++) {
        const x = gridCoordinate(column);
        const scale = 1 / (TEMPERATURE * Math.sqrt(x * x + y * y));
        let [loss, own] = [0, 0];
        for (let i = 1; i < samples; i++) {
          const weight = Math.exp((x * unit[2 * i] + y * unit[2 * i + 1]) * scale);
          own += weight;
          loss += Math.log(others[i] + weight);
        }
        const pull = (x * unit[2] + y * unit[3]) * scale;
        loss = (loss + Math.log(own) - attraction - 2 * pull) / samples;
        cells[row * GRID + column] = loss;
        total += loss;
      }
    }
    return total / cells.length;
  };
}
