import { Text } from "@mantine/core";
import { encode } from "../api/exact";

const LONGEST = 200_000;

/** A value as the API shows it, secrets hidden by the server; one that is very large is cut, and says so. */
export function Json({ value, label }: { value: unknown; label: string }) {
  if (value === null || value === undefined) return <Text size="sm" c="dimmed">nothing</Text>;
  const text = encode(value, 2);
  return (
    <>
      <pre className="json" tabIndex={0} aria-label={label}>
        {text.slice(0, LONGEST)}
      </pre>
      {text.length > LONGEST ? (
        <Text size="xs" c="dimmed">
          Only the first {LONGEST.toLocaleString()} of {text.length.toLocaleString()} characters are shown.
        </Text>
      ) : null}
    </>
  );
}
