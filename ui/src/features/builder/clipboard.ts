import { decode, encode } from "../../api/exact";
import type { JsonObject } from "./types";

const KEY = "orderbridge.clipboard";

/** Steps as text, which can be pasted into another flow, or into a mail. */
export function asText(steps: JsonObject[]): string {
  return encode({ orderbridge: "steps", steps }, 2);
}

/** The steps in a text; null where there are none. */
export function stepsIn(text: string): JsonObject[] | null {
  try {
    const found = decode(text) as { orderbridge?: unknown; steps?: unknown };
    if (found?.orderbridge !== "steps" || !Array.isArray(found.steps)) return null;
    return found.steps.every((step) => step !== null && typeof step === "object" && typeof step.id === "string") ? (found.steps as JsonObject[]) : null;
  } catch {
    return null;
  }
}

export function copy(step: JsonObject): void {
  const text = asText([step]);
  localStorage.setItem(KEY, text);
  // Only where the page is served over an encrypted way; the browser's own store does for the rest.
  void navigator.clipboard?.writeText(text).catch(() => undefined);
}

/** What was copied last: a text that the person pastes, or else what was copied in any page of this server. */
export function copied(pasted?: string): JsonObject[] | null {
  return (pasted ? stepsIn(pasted) : null) ?? stepsIn(localStorage.getItem(KEY) ?? "");
}
