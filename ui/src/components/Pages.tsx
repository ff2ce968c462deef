import { Button, Group } from "@mantine/core";

/** The way through a list that is read page by page. */
export function Pages({ first, after, go }: { first: boolean; after: string | null; go: (after: string | null) => void }) {
  if (first && !after) return null;
  return (
    <Group>
      <Button variant="default" disabled={first} onClick={() => go(null)}>
        From the newest
      </Button>
      <Button variant="default" disabled={!after} onClick={() => go(after)}>
        Older
      </Button>
    </Group>
  );
}
