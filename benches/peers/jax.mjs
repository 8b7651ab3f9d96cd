/** The rows in jax-js, compiled by its jit, gradients by its automatic differentiation; 32-bit numbers. */

import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { CLASSES, MATES, SAMPLES, TEMPERATURE, exponents, label, pairs, scores } from "./batch.mjs";

/** @typedef {import("@jax-js/jax").Array} Tensor */

/** @type {Record<string, () => () => number>} */
export const ROWS = {
  "NT-Xent 64×2": () => contrastive(64, 2, 2, TEMPERATURE),
  "NT-Xent 512×128": () => contrastive(512, 128, 2, TEMPERATURE),
  "SupCon 64×2": () => contrastive(64, 2, MATES, 0.1),
  "cross-entropy 512×1000": crossEntropy,
  "log-sum-exp 100000 (GradBench)": () =>
    valueAndGradient(exponents(), [exponents().length], [], (x) => nn.logsumexp(x)),
};

/** Its kernels for processors. */
export async function use() {
  await init("wasm");
  defaultDevice("wasm");
}

/**
 * @param {Iterable<number>} values
 * @param {number[]} shape
 */
const tensor = (values, shape) => np.array(Float32Array.from(values)).reshape(shape);

/**
 * @param {Float64Array} at
 * @param {number[]} shape
 * @param {Tensor[]} fixed What the loss reads besides.
 * @param {(x: Tensor, ...fixed: Tensor[]) => Tensor} loss
 */
function valueAndGradient(at, shape, fixed, loss) {
  const evaluate = jit(valueAndGrad(loss));
  const x = tensor(at, shape);
  return () => {
    // What is handed over is used up, but for further references.
    const [value, gradient] = evaluate(x.ref, ...fixed.map((array) => array.ref));
    gradient.dataSync();
    return value.dataSync()[0];
  };
}

/**
 * @param {number} samples
 * @param {number} dimension
 * @param {number} mates
 * @param {number} temperature
 */
function contrastive(samples, dimension, mates, temperature) {
  const places = Array.from({ length: samples * samples }, (_, k) => [
    Math.floor(k / samples),
    k % samples,
  ]);
  const isOwn = (/** @type {number[]} */ [i, j]) =>
    i !== j && Math.floor(i / mates) === Math.floor(j / mates);
  const square = [samples, samples];
  const own = tensor(
    places.map((place) => (isOwn(place) ? 1 / (mates - 1) : 0)),
    square,
  );
  const self = tensor(
    places.map(([i, j]) => (i === j ? -1e9 : 0)),
    square,
  );
  const at = pairs(samples, dimension);
  return valueAndGradient(at, [samples, dimension], [own, self], (x, own, self) => {
    const unit = x.ref.div(np.sqrt(np.sum(np.square(x), 1, { keepdims: true })));
    const similarities = np.matmul(unit.ref, np.transpose(unit)).div(temperature);
    const attraction = np.sum(similarities.ref.mul(own), 1);
    return np.mean(nn.logsumexp(similarities.add(self), 1).sub(attraction));
  });
}

function crossEntropy() {
  const isOwn = (/** @type {number} */ k) => k % CLASSES === label(Math.floor(k / CLASSES));
  const own = tensor(
    Array.from({ length: SAMPLES * CLASSES }, (_, k) => (isOwn(k) ? 1 : 0)),
    [SAMPLES, CLASSES],
  );
  return valueAndGradient(scores(3), [SAMPLES, CLASSES], [own], (f, own) => {
    const target = np.sum(f.ref.mul(own), 1);
    return np.mean(nn.logsumexp(f, 1).sub(target));
  });
}
