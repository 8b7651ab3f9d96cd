/** The rows in plain JavaScript: typed arrays, no allocation while running, gradients by hand. */

import {
  CLASSES,
  GRID,
  MATES,
  SAMPLES,
  TEMPERATURE,
  TEMPERATURES,
  exponents,
  gridCoordinate,
  label,
  pairs,
  scores,
} from "./batch.mjs";

/** @type {Record<string, () => () => number>} */
export const ROWS = {
  "NT-Xent 64×2": () => evaluated(ntXent(64, 2), 64, 2),
  "NT-Xent 512×128": () => evaluated(ntXent(512, 128), 512, 128),
  "SupCon 64×2": () => evaluated(ofCosines(64, 2, supCon(64)), 64, 2),
  "all triplets 64×2": () => triplets(64),
  "multi-similarity 64×2": () => evaluated(ofCosines(64, 2, multiSimilarity(64)), 64, 2),
  "ArcFace 512×1000": arcFace,
  "cross-entropy 512×1000": crossEntropy,
  "log-sum-exp 100000 (GradBench)": logSumExp,
  "surface 256×256, NT-Xent 64×2": () => surface(64),
  "logit plane 256×256": logitPlane,
  "1000 training steps, NT-Xent 64×2": () => training(1000, [TEMPERATURE]),
  "50 temperatures × 40 steps": () => training(40, TEMPERATURES),
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
 * @param {(batch: Float64Array) => number} loss
 * @param {number} samples
 * @param {number} dimension
 */
function evaluated(loss, samples, dimension) {
  const batch = pairs(samples, dimension);
  return () => loss(batch);
}

/**
 * Value and gradient of a loss of cosines; the gradient is in the property of that name.
 *
 * @param {number} samples
 * @param {number} dimension
 * @param {(cosines: Float64Array, slopes: Float64Array) => number} loss Fills in the slopes.
 */
function ofCosines(samples, dimension, loss) {
  const unit = new Float64Array(samples * dimension);
  const lengths = new Float64Array(samples);
  const cosines = new Float64Array(samples * samples);
  const slopes = new Float64Array(samples * samples);
  const byUnit = new Float64Array(dimension);
  const gradient = new Float64Array(unit.length);

  const evaluate = (/** @type {Float64Array} */ batch) => {
    normalise(batch, dimension, unit, lengths);
    for (let i = 0; i < samples; i++) {
      for (let j = 0; j <= i; j++) {
        const dot = product(unit, i * dimension, j * dimension, dimension);
        cosines[i * samples + j] = dot;
        cosines[j * samples + i] = dot;
      }
    }
    const value = loss(cosines, slopes);
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
    return value;
  };
  evaluate.gradient = gradient;
  return evaluate;
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
 * Softmax of all other samples; the mean over `mates` of one label pulls.
 *
 * @param {number} samples
 * @param {number} mates
 * @param {() => number} temperature
 */
function contrastive(samples, mates, temperature) {
  return (/** @type {Float64Array} */ cosines, /** @type {Float64Array} */ slopes) => {
    const tau = temperature();
    const scale = 1 / (samples * tau);
    let loss = 0;
    for (let i = 0; i < samples; i++) {
      const row = i * samples;
      let sum = 0;
      for (let j = 0; j < samples; j++) {
        // No cosine is above 1, so nothing overflows.
        const weight = j === i ? 0 : Math.exp((cosines[row + j] - 1) / tau);
        slopes[row + j] = weight;
        sum += weight;
      }
      for (let j = 0; j < samples; j++) slopes[row + j] *= scale / sum;
      loss += 1 / tau + Math.log(sum);
      const first = i - (i % mates);
      for (let j = first; j < first + mates; j++) {
        if (j === i) continue;
        slopes[row + j] -= scale / (mates - 1);
        loss -= cosines[row + j] / tau / (mates - 1);
      }
    }
    return loss / samples;
  };
}

/**
 * @param {number} samples
 * @param {number} dimension
 * @param {() => number} temperature
 */
function ntXent(samples, dimension, temperature = () => TEMPERATURE) {
  return ofCosines(samples, dimension, contrastive(samples, 2, temperature));
}

/** @param {number} samples */
const supCon = (samples) => contrastive(samples, MATES, () => 0.1);

/** @param {number} samples */
function multiSimilarity(samples) {
  const [alpha, beta, base] = [2, 50, 0.5];
  return (/** @type {Float64Array} */ cosines, /** @type {Float64Array} */ slopes) => {
    let loss = 0;
    for (let i = 0; i < samples; i++) {
      const row = i * samples;
      const mine = Math.floor(i / MATES);
      let [pull, push] = [1, 1];
      for (let j = 0; j < samples; j++) {
        const own = Math.floor(j / MATES) === mine;
        const excess = cosines[row + j] - base;
        const weight = j === i ? 0 : Math.exp(own ? -alpha * excess : beta * excess);
        slopes[row + j] = weight;
        if (own) pull += weight;
        else push += weight;
      }
      loss += Math.log(pull) / alpha + Math.log(push) / beta;
      for (let j = 0; j < samples; j++) {
        const own = Math.floor(j / MATES) === mine;
        slopes[row + j] *= (own ? -1 / pull : 1 / push) / samples;
      }
    }
    return loss / samples;
  };
}

/**
 * Hinges on distances of unit vectors, the mean of those that are not zero.
 *
 * @param {number} samples
 */
function triplets(samples) {
  const margin = 0.05;
  const batch = pairs(samples, 2);
  const unit = new Float64Array(2 * samples);
  const lengths = new Float64Array(samples);
  const distances = new Float64Array(samples * samples);
  const slopes = new Float64Array(samples * samples);
  const gradient = new Float64Array(2 * samples);
  return () => {
    normalise(batch, 2, unit, lengths);
    for (let i = 0; i < samples; i++) {
      for (let j = 0; j < i; j++) {
        const distance = Math.hypot(unit[2 * i] - unit[2 * j], unit[2 * i + 1] - unit[2 * j + 1]);
        distances[i * samples + j] = distance;
        distances[j * samples + i] = distance;
      }
    }
    slopes.fill(0);
    let [sum, count] = [0, 0];
    for (let a = 0; a < samples; a++) {
      const row = a * samples;
      const first = a - (a % MATES);
      for (let p = first; p < first + MATES; p++) {
        if (p === a) continue;
        const threshold = distances[row + p] + margin;
        for (let n = 0; n < samples; n++) {
          if (n === first) n += MATES;
          if (n >= samples) break;
          const hinge = threshold - distances[row + n];
          if (hinge <= 0) continue;
          sum += hinge;
          count += 1;
          slopes[row + p] += 1;
          slopes[row + n] -= 1;
        }
      }
    }
    const share = 1 / Math.max(count, 1);
    for (let i = 0; i < samples; i++) {
      let [gx, gy] = [0, 0];
      const [x, y] = [unit[2 * i], unit[2 * i + 1]];
      for (let j = 0; j < samples; j++) {
        const distance = distances[i * samples + j];
        if (j === i || distance === 0) continue;
        const slope = ((slopes[i * samples + j] + slopes[j * samples + i]) * share) / distance;
        gx += slope * (x - unit[2 * j]);
        gy += slope * (y - unit[2 * j + 1]);
      }
      const along = gx * x + gy * y;
      gradient[2 * i] = (gx - along * x) / lengths[i];
      gradient[2 * i + 1] = (gy - along * y) / lengths[i];
    }
    return sum * share;
  };
}

/**
 * Value and gradient of a softmax over rows; the gradient replaces the scores.
 *
 * @param {Float64Array} f
 * @param {number} scale What the scores have been multiplied by.
 */
function rowSoftmax(f, scale) {
  let loss = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const row = i * CLASSES;
    let largest = -Infinity;
    for (let j = 0; j < CLASSES; j++) largest = Math.max(largest, f[row + j]);
    const own = f[row + label(i)] - largest;
    let sum = 0;
    for (let j = 0; j < CLASSES; j++) {
      const weight = Math.exp(f[row + j] - largest);
      f[row + j] = weight;
      sum += weight;
    }
    const share = scale / (sum * SAMPLES);
    for (let j = 0; j < CLASSES; j++) f[row + j] *= share;
    f[row + label(i)] -= scale / SAMPLES;
    loss += Math.log(sum) - own;
  }
  return loss / SAMPLES;
}

function logSumExp() {
  const x = exponents();
  const gradient = new Float64Array(x.length);
  return () => {
    let [top, sum] = [-Infinity, 0];
    for (const entry of x) top = Math.max(top, entry);
    for (let i = 0; i < x.length; i++) sum += gradient[i] = Math.exp(x[i] - top);
    for (let i = 0; i < x.length; i++) gradient[i] /= sum;
    return top + Math.log(sum);
  };
}

function crossEntropy() {
  const logits = scores(3);
  const gradient = new Float64Array(logits.length);
  return () => {
    gradient.set(logits);
    return rowSoftmax(gradient, 1);
  };
}

function arcFace() {
  const [margin, scale] = [0.5, 64];
  const cosines = scores(0.9);
  const gradient = new Float64Array(cosines.length);
  const bends = new Float64Array(SAMPLES);
  return () => {
    for (let k = 0; k < cosines.length; k++) gradient[k] = scale * cosines[k];
    for (let i = 0; i < SAMPLES; i++) {
      const at = i * CLASSES + label(i);
      const c = cosines[at];
      const turned = c > Math.cos(Math.PI - margin);
      const angle = Math.acos(c);
      bends[i] = turned ? Math.sin(angle + margin) / Math.sin(angle) : 1;
      gradient[at] = scale * (turned ? Math.cos(angle + margin) : c - margin * Math.sin(margin));
    }
    const loss = rowSoftmax(gradient, scale);
    for (let i = 0; i < SAMPLES; i++) gradient[i * CLASSES + label(i)] *= bends[i];
    return loss;
  };
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
      const y = gridCoordinate(row, 1.5);
      for (let column = 0; column < GRID; column++) {
        const x = gridCoordinate(column, 1.5);
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

/** The cross-entropy of one sample, two of its three logits along the sides. */
function logitPlane() {
  const cells = new Float64Array(GRID * GRID);
  return () => {
    let total = 0;
    for (let row = 0; row < GRID; row++) {
      const y = gridCoordinate(row, 6);
      for (let column = 0; column < GRID; column++) {
        const x = gridCoordinate(column, 6);
        const top = Math.max(x, y, 0);
        const sum = Math.exp(x - top) + Math.exp(y - top) + Math.exp(-top);
        cells[row * GRID + column] = top + Math.log(sum) - x;
        total += cells[row * GRID + column];
      }
    }
    return total / cells.length;
  };
}

/**
 * The mean of the losses before the last step of gradient descent, over some temperatures.
 *
 * @param {number} steps
 * @param {number[]} temperatures
 */
function training(steps, temperatures) {
  const [samples, rate] = [64, 0.05];
  const start = pairs(samples, 2);
  const batch = new Float64Array(start.length);
  let temperature = TEMPERATURE;
  const loss = ntXent(samples, 2, () => temperature);
  return () => {
    let total = 0;
    for (temperature of temperatures) {
      batch.set(start);
      let value = NaN;
      for (let step = 0; step < steps; step++) {
        value = loss(batch);
        for (let k = 0; k < batch.length; k++) batch[k] -= rate * loss.gradient[k];
      }
      total += value;
    }
    return total / temperatures.length;
  };
}
