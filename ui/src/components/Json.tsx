import { Text } from "@mantine/core";
import { useMemo } from "react";
import { encode } from "../api/exact";

/** So much is laid out at once without anybody waiting for it. */
const LONGEST = 50_000;

/** What the server sends instead of a value that is too large to be shown. */
export interface Cut {
  beginning: string;
  characters: number;
  cut: true;
}

export function isCut(value: unknown): value is Cut {
  return typeof value === "object" && value !== null && (value as Partial<Cut>).cut === true && typeof (value as Partial<Cut>).beginning === "string";
}

/** A value as the API shows it, secrets hidden by the server; one that is very large is cut, and says so.
 *  ``plain`` shows a text as it is, without the quotes that it has in JSON. */
export function Json({ value, label, plain = false }: { value: unknown; label: string; plain?: boolean }) {
  const [text, all] = useMemo(() => {
    if (isCut(value)) return [value.beginning, value.characters];
    const whole = plain && typeof value === "string" ? value : encode(value, 2);
    return [whole.slice(0, LONGEST), whole.length];
  }, [value, plain]);
  if (value === null || value === undefined) return <Text size="sm" c="dimmed">nothing</Text>;
  return (
    <>
      <pre className="json" tabIndex={0} role="group" aria-label={label}>
        {text}
      </pre>
      {all > text.length ? (
        <Text size="xs" c="dimmed">
          Only the beginning is shown: {text.length.toLocaleString()} of {all.toLocaleString()} characters.
        </Text>
      ) : null}
    </>
  );
}
