import { Anchor, Button, Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { Advice } from "../../components/Advice";
import { useOwner } from "../../app/me";
import { Back } from "../../components/Back";
import { RunBadge } from "../../components/badges";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { orderOf } from "../runs/lanes";
import { useCarryOver, useDelivery, type Delivery } from "./queries";
import { OutcomeBadge, shownSize, WAYS } from "./words";

export default function EventPage({ id }: { id: string }) {
  const delivery = useDelivery(id);
  return (
    <Stack>
      <Back to="/activity/events">Back to what came in</Back>
      <Asked query={delivery} title="What came in">
        {(data) => (
          <>
            <Head delivery={data} />
            <Changes delivery={data} />
            <Body delivery={data} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Head({ delivery }: { delivery: Delivery }) {
  const order = delivery.lane ? orderOf(delivery.lane) : null;
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Title order={1} size="h3">
          {delivery.type.replaceAll("_", " ")}
        </Title>
        <OutcomeBadge value={delivery.outcome} />
      </Group>
      <Text size="sm" c="dimmed">
        came <Moment at={delivery.received_at} /> by {WAYS[delivery.source] ?? delivery.source} from ‘{delivery.connection}’
        {delivery.settled_at ? <>, settled <Moment at={delivery.settled_at} /></> : null}; {delivery.kind}{" "}
        {delivery.record ? <Code>{delivery.record}</Code> : null}
      </Text>
      {delivery.reason ? (
        <Paper withBorder p="sm">
          <Text size="sm"><Advice>{delivery.reason}</Advice></Text>
        </Paper>
      ) : null}
      <Group gap="md">
        {order ? (
          <Anchor component={Link} href={`/orders/${encodeURIComponent(order)}`} size="sm">
            order …{order.slice(-8)}
          </Anchor>
        ) : null}
        {delivery.outcome === "dead" ? (
          <Anchor component={Link} href="/repair" size="sm">
            To the repair page
          </Anchor>
        ) : null}
      </Group>
    </Stack>
  );
}

function Changes({ delivery }: { delivery: Delivery }) {
  const owner = useOwner();
  const again = useCarryOver();
  if (delivery.lane === null) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="changes">
      <Title order={2} size="h5" id="changes" mb="xs">
        What was found changed, the newest first
      </Title>
      {delivery.changes.length === 0 ? <Text size="sm">Nothing yet.</Text> : null}
      {again.error ? <Failed error={again.error} /> : null}
      {again.data?.added === 0 ? (
        <Text size="sm" role="status">
          Nothing begins: no flow that is switched on listens to it.
        </Text>
      ) : null}
      {delivery.changes.map((item) => (
        <Group key={item.event} gap="xs">
          <Text size="sm">
            <Moment at={item.at} />: {item.kind} …{item.record.slice(-8)}, revision {item.revision}
            {item.runs.length === 0 && item.reason ? <>: <Advice>{item.reason}</Advice></> : null}
          </Text>
          {owner && item.runs.length === 0 ? (
            <Button size="xs" variant="default" loading={again.isPending && again.variables === item.event} onClick={() => again.mutate(item.event)}>
              Carry it over
            </Button>
          ) : null}
          {item.runs.map((run) => (
            <Group key={run.id} gap={4}>
              <RunBadge value={run.state} />
              <Anchor component={Link} href={`/activity/${run.id}`} size="sm">
                {run.flow ?? "a deleted flow"}
              </Anchor>
            </Group>
          ))}
        </Group>
      ))}
    </Paper>
  );
}

function Body({ delivery }: { delivery: Delivery }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="body">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5" id="body">
          What came
        </Title>
        {delivery.body !== null ? (
          <Button component="a" size="xs" variant="default" href={`/api/deliveries/${delivery.id}/body`} download>
            Download it ({shownSize(delivery.size)})
          </Button>
        ) : null}
      </Group>
      {delivery.body === null ? (
        <Text size="sm" c="dimmed">
          Only that there is something to look at: the record itself is read from the account.
        </Text>
      ) : (
        <>
          <pre className="json" tabIndex={0} aria-label="What came, its secrets hidden">
            {delivery.body}
          </pre>
          {delivery.cut ? (
            <Text size="sm" c="dimmed">
              Only the beginning is shown: it is {shownSize(delivery.size)}. The download has all of it.
            </Text>
          ) : null}
        </>
      )}
    </Paper>
  );
}
