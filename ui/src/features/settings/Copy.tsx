import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

/** Copies a text; where the browser does not let pages do so, it says how else. */
export function Copy({ value, what }: { value: string; what: string }) {
  const board = useClipboard({ timeout: 2000 });
  return (
    <Button size="xs" variant="default" aria-label={`Copy ${what}`} onClick={() => board.copy(value)} style={{ flexShrink: 0 }}>
      {board.error ? "Select and copy it by hand" : board.copied ? "Copied" : "Copy"}
    </Button>
  );
}
