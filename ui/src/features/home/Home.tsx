import { Alert, Anchor, Badge, Box, Button, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useHome } from "../../api/queries";
import type { Home as HomeData, Pair } from "../../api/types";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { CloseBadge, ConnectionBadge } from "../../components/badges";
import { Moment, shownDay, shownLength } from "../../components/moment";
import { Money, shownMoney } from "../../components/money";
import { Asked, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { Wide } from "../../components/Wide";
import { remember, remembered } from "../setup/progress";
import { useSandbox } from "../setup/queries";
import { StartSandbox } from "../setup/StartSandbox";
import { lineOf } from "./line";
import { LaterTrends } from "./LaterTrends";

export function Home() {
  const home = useHome();
  return (
    <Asked query={home} title="Home">
      {(data) => (
        <>
          <Title order={1} size="h3">
            Home
          </Title>
          {data.pairs.length === 0 ? <Begin home={data} /> : data.pairs.map((pair) => <Line key={pair.highlevel + pair.act} pair={pair} inWork={data.in_work} />)}
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Waiting home={data} />
            <Accounts home={data} />
          </SimpleGrid>
          {data.alerts.length > 0 ? <Alerts home={data} /> : null}
          {data.pairs.map((pair) => (
            <LaterTrends key={pair.highlevel + pair.act} pair={pair} />
          ))}
        </>
      )}
    </Asked>
  );
}

function Line({ pair, inWork }: { pair: Pair; inWork: number }) {
  const differing = pair.sums.reduce((sum, item) => sum + item.differing, 0);
  return (
    <Paper withBorder p="lg" style={{ borderLeft: `6px solid var(--mantine-color-${pair.agrees ? "green" : "orange"}-7)` }}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Text size="sm" c="dimmed">
            {pair.highlevel} and {pair.act}, orders since {shownDay(pair.since)} ({pair.zone})
          </Text>
          {pair.mode === "live" ? null : (
            <Badge color="yellow" className="tone-yellow" variant="light" tt="none">
              {pair.mode === "sandbox" ? "Sandbox" : "Test"}
            </Badge>
          )}
        </Group>
        <Text size="xl" fw={650} role="status" data-testid="line">
          {lineOf(pair)}
        </Text>
        {pair.agrees ? null : <Differing orders={differing} inWork={inWork} />}
        {pair.sums.length > 0 ? <Sums pair={pair} /> : null}
        <Text size="sm" c="dimmed">
          What was read from HighLevel, against what Act! showed when each write was <Term word="receipt">read back</Term>
          {pair.latency ? `; a change takes ${shownLength(pair.latency.median_s)} to be proved (95 % within ${shownLength(pair.latency.p95_s)})` : ""}.
        </Text>
        <Group gap="xs">
          <Text size="sm">Last full comparison:</Text>
          {pair.close ? (
            <>
              <Anchor component={Link} href={`/closes/${pair.close.day}`} size="sm">
                {shownDay(pair.close.day)}
              </Anchor>
              <CloseBadge value={pair.close.state} />
            </>
          ) : (
            <Text size="sm">
              none yet.{" "}
              <Anchor component={Link} href="/closes" size="sm">
                Close a day
              </Anchor>
            </Text>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

function Differing({ orders, inWork }: { orders: number; inWork: number }) {
  const owner = useOwner();
  const many = `${orders} ${orders === 1 ? "order differs" : "orders differ"} at the moment`;
  const see = (
    <Anchor component={Link} href="/orders">
      See the orders
    </Anchor>
  );
  if (inWork > 0) {
    return (
      <Text size="sm">
        {many}: {inWork} {inWork === 1 ? "record is" : "records are"} on the way, and this page moves by itself. {see}
      </Text>
    );
  }
  return (
    <Text size="sm">
      {many}, and nothing is on the way: they wait for a person, or came before anything was switched on. {see}
      {owner ? (
        <>
          {" or "}
          <Anchor component={Link} href="/backfills/new">
            carry over what was there before
          </Anchor>
        </>
      ) : null}
    </Text>
  );
}

function Sums({ pair }: { pair: Pair }) {
  return (
    <Wide stacked label="Money on both sides">
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Currency</Table.Th>
            <Table.Th scope="col" className="amount">Orders</Table.Th>
            <Table.Th scope="col" className="amount">Paid, HighLevel</Table.Th>
            <Table.Th scope="col" className="amount">Paid, Act!</Table.Th>
            <Table.Th scope="col" className="amount">Refunded, HighLevel</Table.Th>
            <Table.Th scope="col" className="amount">Refunded, Act!</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pair.sums.map((item) => (
            <Table.Tr key={item.currency}>
              <Table.Td>{item.currency}</Table.Td>
              <Table.Td className="amount">{item.orders}</Table.Td>
              <Table.Td className="amount"><Money amount={item.paid_highlevel} currency={item.currency} /></Table.Td>
              <Table.Td className={`amount ${item.paid_highlevel === item.paid_act ? "" : "differs"}`}><Money amount={item.paid_act} currency={item.currency} /></Table.Td>
              <Table.Td className="amount"><Money amount={item.refunded_highlevel} currency={item.currency} /></Table.Td>
              <Table.Td className={`amount ${item.refunded_highlevel === item.refunded_act ? "" : "differs"}`}><Money amount={item.refunded_act} currency={item.currency} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function Begin({ home }: { home: HomeData }) {
  const owner = useOwner();
  const sandbox = useSandbox().data;
  const begun = home.connections.length > 0;
  const ended = !begun && sandbox?.ended;
  return (
    <Paper withBorder p="lg">
      <Nothing title={ended ? "The sandbox has ended" : "Nothing is carried over yet"}>
        {ended ? `${ended.charAt(0).toUpperCase()}${ended.slice(1)}. What it carried over can still be read under Orders. ` : ""}
        {owner
          ? "Try it with made-up accounts, or connect your own: each step says what to click. The orders show here by themselves."
          : "An owner connects the accounts and chooses what is carried over; the orders show here by themselves."}
      </Nothing>
      {owner ? (
        <Group justify="center" align="flex-start">
          {begun ? null : <StartSandbox label={ended ? "Start a new sandbox" : "Try without accounts"} />}
          {begun ? (
            <Button component={Link} href="/setup" size="md">
              Go on with the set-up
            </Button>
          ) : (
            <Button component={Link} href="/setup" size="md" variant="default" onClick={() => remember({ ...remembered(), way: "accounts" })}>
              Connect my accounts
            </Button>
          )}
        </Group>
      ) : null}
    </Paper>
  );
}

function Waiting({ home }: { home: HomeData }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="waiting">
      <Stack gap="xs">
        <Title order={2} size="h5" id="waiting">
          Waiting for a person
        </Title>
        {home.causes.length === 0 ? (
          <Text size="sm">
            Nothing. {home.in_work > 0 ? `${home.in_work} ${home.in_work === 1 ? "record is" : "records are"} in work.` : "Everything that came in is done."}
          </Text>
        ) : (
          home.causes.slice(0, 5).map((cause) => (
            <Box key={cause.cause}>
              <Anchor component={Link} href={`/repair#${cause.cause}`} fw={600} size="sm">
                {cause.happened}
              </Anchor>
              <Text size="sm" c="dimmed">
                {cause.records} {cause.records === 1 ? "record" : "records"}
                {cause.money.map((item) => `, ${shownMoney(item.amount, item.currency)}`).join("")}
              </Text>
            </Box>
          ))
        )}
      </Stack>
    </Paper>
  );
}

function Accounts({ home }: { home: HomeData }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="accounts">
      <Stack gap="xs">
        <Title order={2} size="h5" id="accounts">
          Connections
        </Title>
        {home.connections.length === 0 ? <Text size="sm">None yet.</Text> : null}
        {home.connections.map((item) => (
          <Box key={item.name}>
            <Group gap="xs">
              <Text fw={600} size="sm">
                {item.name}
              </Text>
              <Text size="sm" c="dimmed">
                {item.system === "ghl" ? "HighLevel" : "Act!"}
              </Text>
              <ConnectionBadge value={item.state} />
            </Group>
            {item.reason ? <Text size="sm"><Advice>{item.reason}</Advice></Text> : null}
            {item.advice ? <Text size="sm"><Advice>{item.advice}</Advice></Text> : null}
            <Text size="xs" c="dimmed">
              {item.last_success_at ? (
                <>
                  answered at <Moment at={item.last_success_at} />
                </>
              ) : (
                "has not answered yet"
              )}
              {item.budget.calls_left === null ? "" : `; ${item.budget.calls_left.toLocaleString()} calls left in ${shownLength(item.budget.window_s)}`}
              {item.budget.calls_left_today === null ? "" : `, ${item.budget.calls_left_today.toLocaleString()} today`}
            </Text>
          </Box>
        ))}
      </Stack>
    </Paper>
  );
}

function Alerts({ home }: { home: HomeData }) {
  return (
    <Stack component="section" aria-label="Alerts" gap="xs">
      {home.alerts.map((item) => (
        <Alert key={item.title} color="orange" title={item.title}>
          <Text size="sm"><Advice>{item.text}</Advice></Text>
          <Text size="xs" c="dimmed">
            since <Moment at={item.since} />
          </Text>
        </Alert>
      ))}
    </Stack>
  );
}
