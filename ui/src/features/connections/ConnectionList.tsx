import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { ConnectionBadge } from "../../components/badges";
import { Moment } from "../../components/moment";
import { Asked, Nothing } from "../../components/states";
import { callsLeft, waits } from "./facts";
import { useConnections } from "./queries";
import { pageOf, systemOf, type ConnectionListed } from "./types";

export default function ConnectionList() {
  const owner = useOwner();
  const every = useConnections();
  const connect = (
    <Button component={Link} href="/connect" size="xs">
      Connect an account
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h3">
          Connections
        </Title>
        <Group gap="md">
          <Anchor component={Link} href="/agencies" size="sm">
            Agencies: many locations at once
          </Anchor>
          {owner && every.data?.length ? connect : null}
        </Group>
      </Group>
      <Asked query={every}>
        {(data) =>
          data.length === 0 ? (
            <Stack align="center" gap={0}>
              <Nothing title="No account is connected yet">
                Connect HighLevel and Act!, one after the other; after that, flows can carry orders and contacts between them.
                {owner ? "" : " An owner does that."}
              </Nothing>
              {owner ? connect : null}
            </Stack>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {data.map((item) => (
                <One key={item.id} item={item} />
              ))}
            </SimpleGrid>
          )
        }
      </Asked>
    </Stack>
  );
}

function One({ item }: { item: ConnectionListed }) {
  const todo = item.state === "ok" ? item.advice : (item.reason ?? item.advice);
  return (
    <Paper withBorder p="md" component="section" aria-label={item.name}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h5">
            <Anchor component={Link} href={pageOf(item.name)} inherit>
              {item.name}
            </Anchor>
          </Title>
          <ConnectionBadge value={item.state} />
        </Group>
        <Text size="sm" c="dimmed">
          {systemOf(item.system)}, {item.mode}; last reached <Moment at={item.last_success_at} />
        </Text>
        <Text size="sm">
          {waits(item.waiting)}; {callsLeft(item.budget)}
        </Text>
        {todo ? (
          <Text size="sm" style={{ overflowWrap: "anywhere" }} className="says">
            <Advice>{todo}</Advice>
          </Text>
        ) : null}
        {item.state === "reconnect" ? (
          <Group>
            <Button component={Link} href={pageOf(item.name)} size="xs">
              {item.system === "ghl" ? "Give it a new token" : "Give it the right password"}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}
