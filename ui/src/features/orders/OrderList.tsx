import { Alert, Anchor, Box, Code, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { Link } from "wouter";
import { useOrders } from "../../api/queries";
import type { OrderSummary } from "../../api/types";
import type { components } from "../../api/schema";
import { StandingBadge } from "../../components/badges";
import { Advice } from "../../components/Advice";
import { Moment } from "../../components/moment";
import { Money } from "../../components/money";
import { Pages } from "../../components/Pages";
import { useAddress, useTyped } from "../../components/search";
import { Asked, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";

type UnreadOrder = components["schemas"]["UnreadShown"];

export default function OrderList() {
  const [address, change] = useAddress();
  const [text, type] = useTyped("q");
  const q = address.get("q") ?? "";
  const after = address.get("after");
  const orders = useOrders(q, after);
  return (
    <Stack>
      <Title order={1} size="h3">
        Orders
      </Title>
      <TextInput
        label="Find orders"
        placeholder="Order id, e-mail, name, company …"
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        maw={460}
      />
      <Asked query={orders}>
        {(page) => (
          <>
            {page.unread.length > 0 ? <Unread orders={page.unread} /> : null}
            {page.orders.length === 0 && page.unread.length > 0 ? null : page.orders.length === 0 ? (
              <Nothing title={q ? "No order fits" : "No order has come in yet"}>
                {q
                  ? "All words have to be met, each as a whole: an id, an e-mail address, a first or last name."
                  : "Orders show here as soon as a flow listens and HighLevel sells; earlier ones come with a backfill."}
              </Nothing>
            ) : (
              <List orders={page.orders} />
            )}
            {page.looked_to ? (
              <Text size="sm" c="dimmed">
                Very many orders were looked at, back to those of <Moment at={page.looked_to} />; older ones may fit as well.
              </Text>
            ) : null}
            <Pages first={!after} after={page.after} go={(next) => change({ after: next })} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

/** What is known only by its id and by why it could not be read. */
function Unread({ orders }: { orders: UnreadOrder[] }) {
  return (
    <Alert color="orange" title={orders.length === 1 ? "An order could not be read" : `${orders.length} orders could not be read`}>
      <Box component="ul" m={0} pl="md">
        {orders.map((order) => (
          <li key={order.connection + order.id}>
            <Text size="sm">
              <Code>…{order.id.slice(-8)}</Code> <Moment at={order.received_at} />: <Advice>{order.reason ?? "it says not why"}</Advice>{" "}
              <Anchor component={Link} href={`/activity/events/${order.delivery}`} size="sm">
                what came
              </Anchor>
            </Text>
          </li>
        ))}
      </Box>
      <Anchor component={Link} href="/repair" size="sm">
        To the repair page
      </Anchor>
    </Alert>
  );
}

function List({ orders }: { orders: OrderSummary[] }) {
  return (
    <Wide stacked label="Orders, the last changed first">
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Order</Table.Th>
            <Table.Th scope="col">Customer</Table.Th>
            <Table.Th scope="col" className="amount">HighLevel</Table.Th>
            <Table.Th scope="col" className="amount">Act!</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Changed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orders.map((order) => (
            <Table.Tr key={order.connection + order.id}>
              <Table.Td>
                <Anchor component={Link} href={`/orders/${encodeURIComponent(order.id)}`} ff="monospace" size="sm">
                  <span className="id">…{order.id.slice(-8)}</span>
                </Anchor>
                <Text size="xs" c="dimmed">
                  {[order.payment_status, order.fulfilment_status].filter(Boolean).join(", ")}
                  {order.live ? "" : " (test)"}
                </Text>
              </Table.Td>
              <Table.Td>
                {order.person}
                {order.email && order.email !== order.person ? (
                  <Text size="xs" c="dimmed">
                    {order.email}
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td className="amount">
                {order.highlevel.map((side) => (
                  <div key={side.currency}>
                    <Money amount={side.ordered} currency={side.currency} />
                  </div>
                ))}
              </Table.Td>
              <Table.Td className="amount">
                {order.act.length === 0 ? "–" : null}
                {order.act.map((side) => (
                  <div key={side.currency}>
                    <Money amount={side.ordered} currency={side.currency} />
                  </div>
                ))}
              </Table.Td>
              <Table.Td>
                <StandingBadge value={order.standing} />
              </Table.Td>
              <Table.Td>
                <Moment at={order.changed_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
