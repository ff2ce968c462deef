import { Alert, Button, Group, Loader, Stack, Text } from "@mantine/core";
import { Advice } from "../../components/Advice";
import { Failed } from "../../components/states";
import { useLookNow } from "./queries";
import type { Looked } from "./types";

/** For whoever does not want to wait for the next look: after an account was away, or something was mended there. */
export function LookNow() {
  const look = useLookNow();
  return (
    <Stack gap="xs">
      <Group>
        <Button size="xs" variant="default" loading={look.isPending} onClick={() => look.mutate(undefined)}>
          Look at everything now
        </Button>
        <Text size="xs" c="dimmed">
          The whole history of every account, for what changed or was deleted; it costs calls.
        </Text>
      </Group>
      {look.isPending ? (
        <Group gap="xs" role="status">
          <Loader size="sm" aria-hidden />
          <Text size="sm">The lists are read page by page, which may take minutes. It goes on if you leave this page.</Text>
        </Group>
      ) : null}
      {look.error ? <Failed error={look.error} /> : null}
      {look.data ? <Found rows={look.data} /> : null}
    </Stack>
  );
}

function Found({ rows }: { rows: Looked[] }) {
  const failed = rows.some((row) => row.error);
  return (
    <Alert role="status" color={failed ? "orange" : "green"} title={failed ? "Not everything could be looked at" : "Everything was looked at"}>
      {rows.length === 0 ? <Text size="sm">No flow listens to an account yet, so there is nothing to look at.</Text> : null}
      {rows.map((row) => (
        <Text size="sm" key={row.connection}>
          {row.connection}: {countOf(row)}
          {row.error ? (
            <>
              ; <Advice>{row.error}</Advice>
            </>
          ) : null}
        </Text>
      ))}
    </Alert>
  );
}

function countOf(row: Looked): string {
  const sum = (what: "rows" | "moved") => Object.values(row.streams).reduce((all, part) => all + part[what], 0);
  return `${sum("rows").toLocaleString()} records looked at, ${sum("moved").toLocaleString()} new or changed`;
}
