import { useState } from "react";
import { decode, encode } from "../../../api/exact";
import { CodeField } from "./CodeField";
import { useAround } from "./context";
import { same } from "./logic/values";

/** Texts that are no JSON yet, by their place: they are there again when somebody comes back. */
const unfinished = new Map<string, string>();

function text(value: unknown): string {
  return value === undefined ? "" : encode(value, 2);
}

function parsed(given: string): { value: unknown } | null {
  try {
    return { value: decode(given) };
  } catch {
    return null;
  }
}

/** A value that no form shows, as it is written. */
export function JsonField({
  label,
  place,
  value,
  onChange,
}: {
  label: string;
  place: string;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const { readOnly, memory } = useAround();
  const key = `${memory}/${place}`;
  const [typed, setTyped] = useState<string | null>(unfinished.get(key) ?? null);
  const kept = typed === null ? null : parsed(typed);
  // Its own layout stays while it says the same as the flow.
  const shown = typed !== null && (kept === null || same(kept.value, value)) ? typed : text(value);
  return (
    <CodeField
      label={label}
      json
      value={shown}
      readOnly={readOnly}
      error={shown === typed && kept === null ? "This is not JSON yet. What you typed stays here; the flow keeps the value from before." : undefined}
      onChange={(next) => {
        if (next === shown) return;
        setTyped(next);
        const found = parsed(next);
        if (found) {
          unfinished.delete(key);
          onChange(found.value);
        } else unfinished.set(key, next);
      }}
    />
  );
}
