import { Anchor, Group, Select, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { Link } from "wouter";
import { Moment } from "../../components/moment";
import { Pages } from "../../components/Pages";
import { useAddress, useTyped } from "../../components/search";
import { Asked, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { Tabs } from "../runs/Tabs";
import { useDeliveries, type DeliveryRow } from "./queries";
import { OUTCOMES, OutcomeBadge, shownSize, WAYS } from "./words";

const SOURCES = [{ value: "", label: "Every way" }, ...Object.entries(WAYS).map(([value, label]) => ({ value, label }))];
const ENDS = [{ value: "", label: "Every outcome" }, ...Object.entries(OUTCOMES).map(([value, { text }]) => ({ value, label: text }))];

export default function EventList() {
  const [address, change] = useAddress();
  const [record, typeRecord] = useTyped("record");
  const [kind, typeKind] = useTyped("kind");
  const of = (name: string) => address.get(name) ?? "";
  const after = address.get("after");
  const page = useDeliveries({ kind: of("kind"), outcome: of("outcome"), source: of("source"), record: of("record"), after });
  return (
    <Stack>
      <Title order={1} size="h3">
        Activity
      </Title>
      <Tabs />
      <Group align="flex-end">
        <TextInput label="Record" placeholder="its whole id" value={record} onChange={(event) => typeRecord(event.currentTarget.value)} w={{ base: "100%", sm: 280 }} />
        <TextInput label="Kind" placeholder="order, contact …" value={kind} onChange={(event) => typeKind(event.currentTarget.value)} w={{ base: "100%", xs: 160 }} />
        <Select label="Way" data={SOURCES} value={of("source")} allowDeselect={false} onChange={(value) => change({ source: value || null, after: null })} w={{ base: "100%", xs: 150 }} />
        <Select label="Outcome" data={ENDS} value={of("outcome")} allowDeselect={false} onChange={(value) => change({ outcome: value || null, after: null })} w={{ base: "100%", xs: 180 }} />
      </Group>
      <Asked query={page}>
        {(data) => (
          <>
            {data.deliveries.length === 0 ? (
              <Nothing title={data.looked_to ? "None of the newest fits" : "Nothing of the kind came in"}>
                {data.looked_to
                  ? "Very many were looked at; older ones may fit: ‘Older’ looks further back."
                  : "Each change that a webhook tells of, or that polling or a backfill finds, stands here."}
              </Nothing>
            ) : (
              <List rows={data.deliveries} />
            )}
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
                    {row.reason}
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
