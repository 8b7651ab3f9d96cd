/** Numbers as people read them. */

const MINUS = "\u2212";

const RAISED: Record<string, string> = { "-": "⁻", "+": "" };
"⁰¹²³⁴⁵⁶⁷⁸⁹".split("").forEach((raised, digit) => (RAISED[digit] = raised));

/** Of degrees, less than this is the rounding of a computer. */
const NOTHING = 1e-9;

/**
 * Four significant digits, whole numbers as they are, a real minus sign, powers of ten where there
 * would be many zeros.
 */
export function quantity(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "\u2013";
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  if (size === Infinity) return `${sign}∞`;
  if (Number.isInteger(size) && size < 1e6) return `${sign}${size}`;
  if (size < 1e-3 || size >= 1e6) {
    const [mantissa = "", exponent = ""] = size.toExponential(digits - 1).split("e");
    const power = exponent.replaceAll(/[-+\d]/g, (character) => RAISED[character] ?? character);
    return `${sign}${mantissa}×10${power}`;
  }
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return sign + size.toFixed(Math.min(decimals, digits));
}

/** The same with its unit. */
export function withUnit(value: number, unit: string): string {
  if (unit === "" || Number.isNaN(value)) return quantity(value);
  if (unit !== "°") return `${quantity(value)}\u202f${unit}`;
  return `${quantity(Math.abs(value) < NOTHING ? 0 : value)}°`;
}

/** A name of the state in words: `label_smoothing` is label smoothing. */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}
