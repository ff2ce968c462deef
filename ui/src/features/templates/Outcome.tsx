import { Alert, Anchor, Box, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Enabled } from "./types";

/** What became of enabling a template. */
export function Outcome({ title, done }: { title: string; done: Enabled }) {
  const on = done.flows.length - done.to_go_live.length;
  return (
    <Alert role="status" color={done.to_go_live.length > 0 ? "yellow" : "green"} title={done.to_go_live.length > 0 ? `${title}: published, and off` : `${title}: switched on`}>
      <Stack gap={4}>
        {on > 0 ? <Text size="sm">{on === 1 ? "One flow is on." : `${on} flows are on.`}</Text> : null}
        {done.to_go_live.length > 0 ? (
          <Text size="sm">
            Between live accounts nothing is written until it goes live:{" "}
            <Anchor component={Link} href="/setup" size="sm">
              try it and go live
            </Anchor>
            .
          </Text>
        ) : null}
        {done.created.length > 0 ? <Items title="Created in Act!:" items={done.created} /> : null}
        {done.missing.length > 0 ? <Items title="Not created; Act! lacks:" items={done.missing} /> : null}
      </Stack>
    </Alert>
  );
}

function Items({ title, items }: { title: string; items: string[] }) {
  return (
    <details>
      <Text component="summary" size="sm">
        {title} {items.length}
      </Text>
      <Box component="ul" m={0} pl="md">
        {items.map((item) => (
          <li key={item}>
            <Text size="sm">{item}</Text>
          </li>
        ))}
      </Box>
    </details>
  );
}
