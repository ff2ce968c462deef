/** A reason code in words: 'opportunity_edited' becomes 'opportunity edited'. */
export function words(code: string): string {
  return code.replaceAll("_", " ");
}

/** A sentence of the server in which codes stand. */
export function inWords(line: string): string {
  return line.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, words);
}

const ORDER = ["ordered", "discounted", "tax_and_shipping", "paid", "refunded", "outstanding"];

/** Measures stand as a bookkeeper adds them up; others follow. */
export function byMeasure(one: string, other: string): number {
  const place = (measure: string) => (ORDER.includes(measure) ? ORDER.indexOf(measure) : ORDER.length);
  return place(one) - place(other) || one.localeCompare(other);
}
