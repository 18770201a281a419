// Exact amounts for the grid: a text becomes a whole number of the smallest step (BigInt), and back.

// Text → BigInt; empty → null; not an amount → undefined.
export function amount(raw, decimals) {
  const words = String(raw ?? "").normalize("NFKC").replace(/[,\s，]/g, "");
  if (words === "" || words === "—") return null;
  const match = words.match(/^(-?)(\d{1,15})(?:\.(\d*?)0*)?$/);
  if (!match || (match[3] || "").length > decimals) return undefined;
  const value = BigInt(match[2] + (match[3] || "").padEnd(decimals, "0"));
  return match[1] ? -value : value;
}

export function sum(values, decimals) {
  return values.reduce((total, raw) => total + (amount(raw, decimals) ?? 0n), 0n);
}

// BigInt → text with thousands separators and no trailing zeros; null → "".
export function shown(value, decimals) {
  if (value === null) return "";
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = decimals ? digits.slice(-decimals).replace(/0+$/, "") : "";
  return `${value < 0n ? "-" : ""}${whole}${rest ? `.${rest}` : ""}`;
}
