import { Anchor, Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useOwner } from "../../app/me";
import { BackfillBadge } from "../../components/badges";
import { Moment } from "../../components/moment";
import { Asked, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { useBackfills } from "./queries";
import type { BackfillRow } from "./types";
import { chosenOf } from "./words";

export default function BackfillList() {
  const owner = useOwner();
  const found = useBackfills();
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h3">
          Backfill
        </Title>
        {owner ? (
          <Button component={Link} href="/backfills/new">
            Plan a backfill
          </Button>
        ) : null}
      </Group>
      <Text size="sm" c="dimmed">
        Carries over what was there before: first counted and tried without writing, then begun, in batches, quietly, and behind everything that comes in live.
      </Text>
      <Asked query={found}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing title="No backfill yet">A plan says how many records, calls and minutes it takes, and what is ambiguous. It writes nothing.</Nothing>
          ) : (
            <List rows={rows} />
          )
        }
      </Asked>
    </Stack>
  );
}

function List({ rows }: { rows: BackfillRow[] }) {
  return (
    <Wide stacked label="Plans and backfills, newest first">
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col">Connection</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col" className="amount">Records</Table.Th>
            <Table.Th scope="col">Asked by</Table.Th>
            <Table.Th scope="col">Planned</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td miw={180}>
                <Anchor component={Link} href={`/backfills/${row.id}`} size="sm">
                  {chosenOf(row)}
                </Anchor>
              </Table.Td>
              <Table.Td>{row.connection}</Table.Td>
              <Table.Td>
                <BackfillBadge value={row.state} />
              </Table.Td>
              <Table.Td className="amount">{recordsOf(row)}</Table.Td>
              <Table.Td>{row.asked_by}</Table.Td>
              <Table.Td>
                <Moment at={row.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

function recordsOf({ state, progress }: BackfillRow): string {
  if (state === "planned") return progress.total === null ? "–" : String(progress.total);
  if (state === "done" || progress.total === null) return String(progress.done);
  return `${progress.done} of ${progress.total}`;
}
