/** A reason code in words: 'opportunity_edited' becomes 'opportunity edited'. */
export function words(code: string): string {
  return code.replaceAll("_", " ");
}
