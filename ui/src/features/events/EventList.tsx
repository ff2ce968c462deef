import { Anchor, Group, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { Link } from "wouter";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Pages } from "../../components/Pages";
import { useAddress, useTyped } from "../../components/search";
import { Asked, Failed, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { Tabs } from "../runs/Tabs";
import { useCarryOverUnheard, useDeliveries, type DeliveryRow } from "./queries";
import { OUTCOMES, OutcomeBadge, shownSize, WAYS } from "./words";

const SOURCES = [{ value: "", label: "Every way" }, ...Object.entries(WAYS).map(([value, label]) => ({ value, label }))];
const ENDS = [{ value: "", label: "Every outcome" }, ...Object.entries(OUTCOMES).map(([value, { text }]) => ({ value, label: text }))];

export default function EventList() {
  const owner = useOwner();
  const [address, change] = useAddress();
  const [text, type] = useTyped("q");
  const [kind, typeKind] = useTyped("kind");
  const of = (name: string) => address.get(name) ?? "";
  const after = address.get("after");
  const page = useDeliveries({ kind: of("kind"), outcome: of("outcome"), source: of("source"), q: of("q"), after });
  return (
    <Stack>
      <Title order={1} size="h3">
        Activity
      </Title>
      <Tabs />
      {owner ? <Unheard /> : null}
      <Group align="flex-end">
        <TextInput label="Find what came" placeholder="Record id, order number, e-mail, amount …" value={text} onChange={(event) => type(event.currentTarget.value)} w={{ base: "100%", sm: 300 }} />
        <TextInput label="Kind" placeholder="order, contact …" value={kind} onChange={(event) => typeKind(event.currentTarget.value)} w={{ base: "100%", xs: 160 }} />
        <Select label="Way" data={SOURCES} value={of("source")} allowDeselect={false} onChange={(value) => change({ source: value || null, after: null })} w={{ base: "100%", xs: 150 }} />
        <Select label="Outcome" data={ENDS} value={of("outcome")} allowDeselect={false} onChange={(value) => change({ outcome: value || null, after: null })} w={{ base: "100%", xs: 180 }} />
      </Group>
      <Asked query={page}>
        {(data) => (
          <>
            {data.deliveries.length === 0 ? (
              <Nothing title={data.looked_to ? "None of the newest fits" : "Nothing of the kind came in"}>
                {of("q")
                  ? "Words find what set a run off; what set none off is found by the whole id of its record."
                  : data.looked_to
                  ? "Very many were looked at; older ones may fit: ‘Older’ looks further back."
                  : "Each change that a webhook tells of, or that polling or a backfill finds, stands here."}
              </Nothing>
            ) : (
              <List rows={data.deliveries} />
            )}
            {data.most_runs ? (
              <Text size="sm" c="dimmed">
                More than {data.most_runs.toLocaleString()} runs meet these words; what belongs to the newest of them is shown. A further word narrows it.
              </Text>
            ) : null}
            {data.looked_to && data.deliveries.length > 0 ? (
              <Text size="sm" c="dimmed">
                Very many were looked at; older ones may fit as well.
              </Text>
            ) : null}
            <Pages first={!after} after={data.after === null ? null : String(data.after)} go={(next) => change({ after: next })} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Unheard() {
  const carry = useCarryOverUnheard();
  return (
    <Stack gap="xs">
      <Group>
        <Confirm
          label="Carry over what nobody listened to …"
          title="Carry over what nobody listened to?"
          text="What came in before a flow was switched on that listens to it is carried over now: of each record its newest state, oldest first. What was carried over already is not begun again."
          action="Carry it over"
          disabled={carry.isPending}
          onYes={() => carry.mutate(undefined)}
        />
      </Group>
      {carry.data ? (
        <Text size="sm" role="status">
          {carry.data.added === 1 ? "1 run begins." : `${carry.data.added.toLocaleString()} runs begin.`}
        </Text>
      ) : null}
      {carry.error ? <Failed error={carry.error} /> : null}
    </Stack>
  );
}

function List({ rows }: { rows: DeliveryRow[] }) {
  return (
    <Wide stacked label="What came in, the newest first">
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Came</Table.Th>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col">Record</Table.Th>
            <Table.Th scope="col">By</Table.Th>
            <Table.Th scope="col">Outcome</Table.Th>
            <Table.Th scope="col" className="amount">Size</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <Anchor component={Link} href={`/activity/events/${row.id}`} size="sm">
                  <Moment at={row.received_at} />
                </Anchor>
              </Table.Td>
              <Table.Td className="says">{row.type.replaceAll("_", " ")}</Table.Td>
              <Table.Td>
                {row.kind} {row.record ? <span className="id">…{row.record.slice(-8)}</span> : ""}
              </Table.Td>
              <Table.Td>{WAYS[row.source] ?? row.source}</Table.Td>
              <Table.Td>
                <OutcomeBadge value={row.outcome} />
                {row.reason ? (
                  <Text size="xs" lineClamp={2}>
                    <Advice>{row.reason}</Advice>
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td className="amount">{shownSize(row.size)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
