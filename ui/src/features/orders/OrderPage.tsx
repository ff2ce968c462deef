import { Alert, Anchor, Box, Code, Group, Paper, SimpleGrid, Stack, Table, Text, Timeline, Title } from "@mantine/core";
import { Link } from "wouter";
import { useOrder } from "../../api/queries";
import type { Happened, Order, Write } from "../../api/types";
import { Advice } from "../../components/Advice";
import { Back } from "../../components/Back";
import { RunBadge, StandingBadge, VerdictBadge } from "../../components/badges";
import { Json } from "../../components/Json";
import { Moment } from "../../components/moment";
import { Money } from "../../components/money";
import { Asked } from "../../components/states";
import { Term } from "../../components/Term";
import { Wide } from "../../components/Wide";
import { Written } from "../../components/Written";

const ENTRIES: Record<string, string> = {
  line: "Item",
  discount: "Discount",
  tax: "Tax",
  shipping: "Shipping",
  other: "Tax, shipping, rounding",
  paid: "Paid",
  refunded: "Refunded",
};
const WAYS: Record<string, string> = { webhook: "by webhook", poll: "found by polling", backfill: "by backfill", own: "our own write" };

export default function OrderPage({ id }: { id: string }) {
  const order = useOrder(id);
  return (
    <Stack>
      <Back to="/orders">All orders</Back>
      <Asked query={order} title="Order">
        {(data) => (
          <>
            <Head order={data} />
            <Amounts order={data} />
            <SimpleGrid cols={{ base: 1, lg: 2 }}>
              <Story order={data} />
              <Writes order={data} />
            </SimpleGrid>
            <Origins order={data} />
            <Facts order={data} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Head({ order }: { order: Order }) {
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Title order={1} size="h3">
          Order of {order.person || "an unnamed customer"}
        </Title>
        <StandingBadge value={order.standing} />
        {order.live ? null : <Text fw={600}>test order</Text>}
      </Group>
      <Text size="sm" c="dimmed">
        made <Moment at={order.created_at} />
        {order.source ? ` through ${order.source}` : ""}, {[order.status, order.payment_status, order.fulfilment_status].filter(Boolean).join(", ")}
      </Text>
      {order.standing === "stopped" ? (
        <Alert color="orange" title="This order needs a person">
          <Text size="sm">
            <Advice>{order.history.flatMap((item) => item.runs).find((run) => run.state === "dead")?.reason ?? "Something of it could not be read."}</Advice>{" "}
            <Anchor component={Link} href="/repair" size="sm">
              To the repair page
            </Anchor>
          </Text>
        </Alert>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Paper withBorder p="sm">
          <Text size="xs" c="dimmed">
            HighLevel, {order.connection}
          </Text>
          <Code>{order.id}</Code>
          <Sums sides={order.highlevel} />
        </Paper>
        <Paper withBorder p="sm">
          <Text size="xs" c="dimmed">
            Act!{order.act_connection ? `, ${order.act_connection}` : ""}
          </Text>
          {order.opportunity_id ? <Code>{order.opportunity_id}</Code> : <Text size="sm">no <Term word="opportunity">opportunity</Term> yet</Text>}
          <Sums sides={order.act} />
        </Paper>
      </SimpleGrid>
    </Stack>
  );
}

function Sums({ sides }: { sides: Order["act"] }) {
  return sides.map((side) => (
    <Group key={side.currency} gap="md" mt={4}>
      <span>ordered <Money amount={side.ordered} currency={side.currency} /></span>
      <span>paid <Money amount={side.paid} currency={side.currency} /></span>
      <span>refunded <Money amount={side.refunded} currency={side.currency} /></span>
    </Group>
  ));
}

function Amounts({ order }: { order: Order }) {
  if (order.money.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="money">
      <Title order={2} size="h5" id="money" mb="xs">
        Money, line by line
      </Title>
      <Wide stacked label="Money, line by line">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">What</Table.Th>
              <Table.Th scope="col">Line</Table.Th>
              <Table.Th scope="col" className="amount">HighLevel</Table.Th>
              <Table.Th scope="col" className="amount">Act!</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {order.money.map((line) => (
              <Table.Tr
                key={[line.record, line.entry, line.line, line.currency].join("/")}
                className={line.highlevel === line.act ? undefined : "differs"}
              >
                <Table.Td>{ENTRIES[line.entry] ?? line.entry}</Table.Td>
                <Table.Td>
                  {line.name ?? line.line}
                  {line.line ? null : <Code>{line.record}</Code>}
                </Table.Td>
                <Table.Td className="amount"><Money amount={line.highlevel} currency={line.currency} /></Table.Td>
                <Table.Td className="amount"><Money amount={line.act} currency={line.currency} /></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Paper>
  );
}

function Story({ order }: { order: Order }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="story">
      <Title order={2} size="h5" id="story" mb="sm">
        What happened
      </Title>
      <Timeline bulletSize={14} lineWidth={2} active={order.history.length}>
        {order.history.map((item) => (
          <Timeline.Item key={item.event} title={titleOf(item)}>
            <Text size="xs" c="dimmed">
              <Moment at={item.at} />, {WAYS[item.way] ?? item.way}
              {item.changed.length > 0 ? `; changed: ${item.changed.join(", ")}` : ""}
            </Text>
            {item.runs.map((run) => (
              <Group key={run.id} gap="xs" mt={2}>
                <RunBadge value={run.state} />
                <Anchor component={Link} href={`/activity/${run.id}`} size="sm">
                  {run.flow ?? "a deleted flow"}
                </Anchor>
                {run.reason ? <Text size="xs"><Advice>{run.reason}</Advice></Text> : null}
              </Group>
            ))}
            {item.runs.length === 0 && item.reason ? <Text size="xs"><Advice>{item.reason}</Advice></Text> : null}
          </Timeline.Item>
        ))}
      </Timeline>
    </Paper>
  );
}

function titleOf(item: Happened): string {
  const what = item.kind === "order" ? "The order" : `${item.kind.replace("_", " ")} …${item.record.slice(-6)}`;
  return item.revision === 1 ? `${what} came in` : `${what} changed (revision ${item.revision})`;
}

function Writes({ order }: { order: Order }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="writes">
      <Title order={2} size="h5" id="writes" mb="sm">
        Every write, and what reading it back proved
      </Title>
      <Stack gap="sm">
        {order.writes.length === 0 ? <Text size="sm">Nothing was written for it yet.</Text> : null}
        {order.writes.map((write) => (
          <OneWrite key={write.run + write.kind + write.reference + write.at} write={write} />
        ))}
      </Stack>
    </Paper>
  );
}

function OneWrite({ write }: { write: Write }) {
  return (
    <Box>
      <Group gap="xs">
        <VerdictBadge value={write.verdict} />
        <Text size="sm" fw={600}>
          {write.kind.replace("_", " ")}
        </Text>
        <Text size="xs" c="dimmed">
          <Moment at={write.at} />
        </Text>
      </Group>
      <Written sent={write.sent} readBack={write.read_back} differences={write.differences} />
    </Box>
  );
}

/** A value in one line; what is long is cut, the run's page has all of it. */
function short(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  return text.length > 80 ? `${text.slice(0, 80)} …` : text;
}

function Origins({ order }: { order: Order }) {
  if (order.origins.length === 0) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="origins">
      <Title order={2} size="h5" id="origins" mb="xs">
        Where each field came from
      </Title>
      <Wide stacked label="Where each field came from">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Field</Table.Th>
              <Table.Th scope="col">Came from</Table.Th>
              <Table.Th scope="col">Value</Table.Th>
              <Table.Th scope="col">Flow and step</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {order.origins.map((item) => (
              <Table.Tr key={[item.run, item.step, item.field].join("/")}>
                <Table.Th scope="row"><Code>{item.field}</Code></Table.Th>
                <Table.Td>
                  {item.computed ? <Text span size="xs" c="dimmed">computed{item.sources.length > 0 ? " from " : " in the flow"}</Text> : null}
                  {item.sources.length === 0 && !item.computed ? "fixed in the flow" : item.sources.map((source) => <Code key={source} mr={4} style={{ overflowWrap: "anywhere", whiteSpace: "normal" }}>{source}</Code>)}
                </Table.Td>
                <Table.Td style={{ overflowWrap: "anywhere" }}>{short(item.value)}</Table.Td>
                <Table.Td>
                  <Anchor component={Link} href={`/activity/${item.run}`} size="sm">
                    {item.flow ?? "a deleted flow"}
                  </Anchor>
                  , version {item.version}, step <Code>{item.step}</Code>
                  {item.items.length > 0 ? <Text size="xs" c="dimmed">item {item.items.join(", of it item ")} of the list</Text> : null}
                  {item.further > 0 ? <Text size="xs" c="dimmed">{item.further.toLocaleString()} further items came from the same places</Text> : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Paper>
  );
}

function Facts({ order }: { order: Order }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="facts">
      <Title order={2} size="h5" id="facts" mb="xs">
        As HighLevel showed it last
      </Title>
      <details>
        <summary>the order</summary>
        <Json value={order.state} label="The order" />
      </details>
      {order.related.map((item) => (
        <details key={item.kind + item.id}>
          <summary>
            {item.kind.replace("_", " ")} <Code>{item.id}</Code>
          </summary>
          <Json value={item.state} label={item.kind} />
        </details>
      ))}
    </Paper>
  );
}
