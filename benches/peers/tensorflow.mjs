/** The rows in TensorFlow.js, gradients by its automatic differentiation; 32-bit numbers. */

import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import {
  CLASSES,
  GRID,
  MATES,
  SAMPLES,
  TEMPERATURE,
  exponents,
  gridCoordinate,
  label,
  pairs,
  scores,
} from "./batch.mjs";

/** @type {Record<string, () => () => number>} */
export const ROWS = {
  "NT-Xent 64×2": () => ntXent(64, 2),
  "NT-Xent 512×128": () => ntXent(512, 128),
  "SupCon 64×2": () => supCon(64),
  "all triplets 64×2": () => triplets(64),
  "multi-similarity 64×2": () => multiSimilarity(64),
  "ArcFace 512×1000": arcFace,
  "cross-entropy 512×1000": crossEntropy,
  "log-sum-exp 100000 (GradBench)": logSumExp,
  "surface 256×256, NT-Xent 64×2": () => surface(64),
  "logit plane 256×256": logitPlane,
};

/** @param {"wasm" | "cpu"} backend */
export async function use(backend) {
  await tf.setBackend(backend);
  await tf.ready();
}

/** @param {tf.Tensor2D} x */
const normalise = (x) => x.div(x.square().sum(1, true).sqrt());

/** @param {tf.Tensor2D} unit */
const products = (unit) => tf.matMul(unit, unit, false, true);

/**
 * 1 where row and column are two samples of one label.
 *
 * @param {number} samples
 * @param {number} mates
 * @returns {tf.Tensor2D}
 */
function positives(samples, mates) {
  const isOwn = (/** @type {number} */ i, /** @type {number} */ j) =>
    i !== j && Math.floor(i / mates) === Math.floor(j / mates);
  const rows = Array.from({ length: samples }, (_, i) =>
    Array.from({ length: samples }, (_, j) => (isOwn(i, j) ? 1 : 0)),
  );
  return tf.tensor2d(rows);
}

/**
 * @param {Float64Array} at
 * @param {number} rows
 * @param {(x: tf.Tensor2D) => tf.Tensor} loss
 */
function valueAndGradient(at, rows, loss) {
  const x = tf.tensor2d(Float32Array.from(at), [rows, at.length / rows]);
  const evaluate = tf.valueAndGrad(loss);
  return () =>
    tf.tidy(() => {
      const { value, grad } = evaluate(x);
      grad.dataSync();
      return value.dataSync()[0];
    });
}

/**
 * @param {number} samples
 * @param {number} dimension
 * @param {number} mates
 * @param {number} temperature
 */
function contrastive(samples, dimension, mates, temperature) {
  const positive = positives(samples, mates);
  const self = tf.eye(samples).mul(-1e9);
  return valueAndGradient(pairs(samples, dimension), samples, (x) => {
    const similarities = products(normalise(x)).div(temperature);
    const attraction = similarities
      .mul(positive)
      .sum(1)
      .div(mates - 1);
    return similarities.add(self).logSumExp(1).sub(attraction).mean();
  });
}

/**
 * @param {number} samples
 * @param {number} dimension
 */
const ntXent = (samples, dimension) => contrastive(samples, dimension, 2, TEMPERATURE);

/** @param {number} samples */
const supCon = (samples) => contrastive(samples, 2, MATES, 0.1);

/** @param {number} samples */
function multiSimilarity(samples) {
  const positive = positives(samples, MATES);
  const negative = tf.scalar(1).sub(positive).sub(tf.eye(samples));
  return valueAndGradient(pairs(samples, 2), samples, (x) => {
    const excess = products(normalise(x)).sub(0.5);
    const pull = excess.mul(-2).exp().mul(positive).sum(1).log1p().div(2);
    const push = excess.mul(50).exp().mul(negative).sum(1).log1p().div(50);
    return pull.add(push).mean();
  });
}

/** @param {number} samples */
function triplets(samples) {
  const positive = positives(samples, MATES);
  const negative = tf.scalar(1).sub(positive).sub(tf.eye(samples));
  const valid = positive.expandDims(2).mul(negative.expandDims(1));
  return valueAndGradient(pairs(samples, 2), samples, (x) => {
    const unit = normalise(x);
    const squared = unit.expandDims(1).sub(unit.expandDims(0)).square().sum(2);
    // The root of 0 has no slope.
    const distances = squared.maximum(1e-12).sqrt();
    const hinges = distances.expandDims(2).sub(distances.expandDims(1)).add(0.05).relu().mul(valid);
    return hinges.sum().div(hinges.step().sum());
  });
}

const labels = () =>
  tf.oneHot(
    tf.tensor1d(
      Array.from({ length: SAMPLES }, (_, i) => label(i)),
      "int32",
    ),
    CLASSES,
  );

/**
 * @param {tf.Tensor} logits
 * @param {tf.Tensor} own
 */
const surprise = (logits, own) => logits.logSumExp(1).sub(logits.mul(own).sum(1)).mean();

function logSumExp() {
  return valueAndGradient(exponents(), 1, (x) => x.logSumExp());
}

function crossEntropy() {
  const own = labels().cast("float32");
  return valueAndGradient(scores(3), SAMPLES, (f) => surprise(f, own));
}

function arcFace() {
  const own = labels().cast("float32");
  return valueAndGradient(scores(0.9), SAMPLES, (cosines) => {
    const c = cosines.mul(own).sum(1, true);
    const turned = c
      .clipByValue(-1 + 1e-7, 1 - 1e-7)
      .acos()
      .add(0.5)
      .cos();
    const isNear = c.sub(Math.cos(Math.PI - 0.5)).step();
    const far = c.sub(0.5 * Math.sin(0.5));
    const target = isNear.mul(turned.sub(far)).add(far);
    return surprise(cosines.add(own.mul(target.sub(c))).mul(64), own);
  });
}

/** @param {number} reach */
const places = (reach) =>
  Array.from({ length: GRID * GRID }, (_, cell) => [
    gridCoordinate(cell % GRID, reach),
    gridCoordinate(Math.floor(cell / GRID), reach),
  ]);

/**
 * All cells as one batch of places for the first point.
 *
 * @param {number} samples
 */
function surface(samples) {
  const batch = tf.tensor2d(Float32Array.from(pairs(samples, 2)), [samples, 2]);
  const grid = tf.tensor2d(places(1.5));
  const count = samples - 1;
  const positive = positives(samples, 2).slice([1, 1], [count, count]);
  const self = tf.eye(count).mul(-1e9);
  return () =>
    tf.tidy(() => {
      const unit = normalise(batch).slice([1, 0], [count, 2]);
      const fixed = products(unit).div(TEMPERATURE);
      const others = fixed.add(self).exp().sum(1);
      const attraction = fixed.mul(positive).sum();
      const moving = tf.matMul(normalise(grid), unit, false, true).div(TEMPERATURE);
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

function logitPlane() {
  const grid = tf.tensor2d(places(6).map(([x, y]) => [x, y, 0]));
  return () =>
    tf.tidy(() => {
      const own = grid.slice([0, 0], [GRID * GRID, 1]).reshape([GRID * GRID]);
      const loss = grid.logSumExp(1).sub(own);
      loss.dataSync();
      return loss.mean().dataSync()[0];
    });
}
