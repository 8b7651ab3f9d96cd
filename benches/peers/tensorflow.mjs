/** The rows in TensorFlow.js, gradients by its automatic differentiation; 32-bit numbers. */

import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { GRID, TEMPERATURE, gridCoordinate, pairs } from "./batch.mjs";

/** @type {Record<string, () => () => number>} */
export const ROWS = {
  "NT-Xent 64×2, value and gradient": () => ntXent(64, 2),
  "NT-Xent 512×128, value and gradient": () => ntXent(512, 128),
  "NT-Xent 64×2, surface 256×256": () => surface(64),
};

/** @param {"wasm" | "cpu"} backend */
export async function use(backend) {
  await tf.setBackend(backend);
  await tf.ready();
}

/** @param {tf.Tensor2D} x */
const normalise = (x) => x.div(x.square().sum(1, true).sqrt());

/**
 * 1 where column is the positive of row.
 *
 * @param {number} samples
 * @returns {tf.Tensor2D}
 */
function positives(samples) {
  const rows = Array.from({ length: samples }, (_, i) =>
    Array.from({ length: samples }, (_, j) => (j === (i ^ 1) ? 1 : 0)),
  );
  return tf.tensor2d(rows);
}

/**
 * @param {number} samples
 * @param {number} dimension
 */
function ntXent(samples, dimension) {
  const batch = tf.tensor2d(Float32Array.from(pairs(samples, dimension)), [samples, dimension]);
  const positive = positives(samples);
  const self = tf.eye(samples).mul(-1e9);
  const loss = (/** @type {tf.Tensor2D} */ x) => {
    const unit = normalise(x);
    const similarities = tf.matMul(unit, unit, false, true).div(TEMPERATURE);
    const attraction = similarities.mul(positive).sum(1);
    return similarities.add(self).logSumExp(1).sub(attraction).mean();
  };
  const valueAndGradient = tf.valueAndGrad(loss);
  return () =>
    tf.tidy(() => {
      const { value, grad } = valueAndGradient(batch);
      grad.dataSync();
      return value.dataSync()[0];
    });
}

/**
 * All cells as one batch of places for the first point.
 *
 * @param {number} samples
 */
function surface(samples) {
  const batch = tf.tensor2d(Float32Array.from(pairs(samples, 2)), [samples, 2]);
  const places = tf.tensor2d(
    Array.from({ length: GRID * GRID }, (_, cell) => [
      gridCoordinate(cell % GRID),
      gridCoordinate(Math.floor(cell / GRID)),
    ]),
  );
  const count = samples - 1;
  const positive = positives(samples).slice([1, 1], [count, count]);
  const self = tf.eye(count).mul(-1e9);
  return () =>
    tf.tidy(() => {
      const unit = normalise(batch).slice([1, 0], [count, 2]);
      const fixed = tf.matMul(unit, unit, false, true).div(TEMPERATURE);
      const others = fixed.add(self).exp().sum(1);
      const attraction = fixed.mul(positive).sum();
      const moving = tf.matMul(normalise(places), unit, false, true).div(TEMPERATURE);
      const weights = moving.exp();
      const own = weights.sum(1).log();
      const rest = weights.add(others).log().sum(1);
      const pull = moving
        .slice([0, 0], [GRID * GRID, 1])
        .reshape([GRID * GRID])
        .mul(2);
      const loss = rest.add(own).sub(pull).sub(attraction).div(samples);
      loss.dataSync();
      return loss.mean().dataSync()[0];
    });
}
