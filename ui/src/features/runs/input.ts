/** Why a text is no JSON object; null where it is one. */
export function problemIn(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? null : "It has to be an object: { … }";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
