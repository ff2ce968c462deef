import { Anchor, Badge, Button, Checkbox, Group, Loader, Paper, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useContext, useState } from "react";
import { Link } from "wouter";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Moment, shownLength, Zone } from "../../components/moment";
import { Asked, Failed, Nothing } from "../../components/states";
import { Wide } from "../../components/Wide";
import { yesterday } from "./lengths";
import { useMakeStatement, useStated } from "./queries";
import type { KindStated, Stated } from "./types";

export function Completeness() {
  const zone = useContext(Zone);
  const owner = useOwner();
  const [chosen, setChosen] = useState<string | null>(null);
  const [fulfilments, setFulfilments] = useState(true);
  const day = chosen ?? yesterday(new Date(), zone);
  const stated = useStated(day);
  const state = useMakeStatement();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="completeness">
      <Stack gap="sm">
        <Title order={2} size="h5" id="completeness">
          What came, and what did not
        </Title>
        <Group align="flex-end">
          <TextInput type="date" label="Day" description="In each account’s own time zone" value={day} onChange={(event) => setChosen(event.currentTarget.value)} />
          {owner ? (
            <>
              <Button loading={state.isPending} disabled={day === ""} onClick={() => state.mutate({ day, fulfilments })}>
                State this day now
              </Button>
              <Checkbox
                label="Ask for fulfilments too"
                description="A call for each order that was handed over"
                checked={fulfilments}
                onChange={(event) => setFulfilments(event.currentTarget.checked)}
              />
            </>
          ) : null}
        </Group>
        {state.isPending ? (
          <Group gap="xs" role="status">
            <Loader size="sm" aria-hidden />
            <Text size="sm">The lists of both accounts are asked. It goes on if you leave this page.</Text>
          </Group>
        ) : null}
        {state.error ? <Failed error={state.error} /> : null}
        {day === "" ? (
          <Text size="sm">Choose a day.</Text>
        ) : (
          <Asked query={stated}>
            {(rows) =>
              rows.length === 0 ? (
                <Nothing title="This day was not stated yet">
                  The server states each day some hours after it is over. {owner ? "You can state it now." : ""}
                </Nothing>
              ) : (
                rows.map((row) => <OneAccount key={row.connection} row={row} />)
              )
            }
          </Asked>
        )}
      </Stack>
    </Paper>
  );
}

function OneAccount({ row }: { row: Stated }) {
  const [tone, text] = row.complete
    ? ["green", "Nothing is missing"]
    : row.missing > 0
      ? ["red", `${row.missing} missing`]
      : ["orange", "Not known to be complete"];
  const kinds = row.kinds.filter((item) => item.changes > 0 || item.not_asked || item.gaps.length > 0);
  return (
    <Stack gap="xs" component="section" aria-label={row.connection}>
      <Group gap="sm">
        <Title order={3} size="h6">
          {row.connection}
        </Title>
        <Badge color={tone} className={`tone-${tone}`} variant="light" tt="none" fw={600}>
          {text}
        </Badge>
        <Text size="sm" c="dimmed">
          stated <Moment at={row.made_at} />, days in {row.time_zone}
          {row.before ? `; ${row.before.missing} were missing when it was stated before` : ""}
        </Text>
      </Group>
      {kinds.length === 0 ? <Text size="sm">Nothing changed on this day.</Text> : <Kinds row={row} kinds={kinds} />}
      {row.notes.map((note) => (
        <Text size="sm" key={note} className="says">
          <Advice>{note}</Advice>
        </Text>
      ))}
      <Gaps kinds={kinds} />
    </Stack>
  );
}

function Kinds({ row, kinds }: { row: Stated; kinds: KindStated[] }) {
  return (
    <Wide stacked label={`What came of ${row.connection}, by kind`}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Kind</Table.Th>
            <Table.Th scope="col" className="amount">Expected</Table.Th>
            <Table.Th scope="col" className="amount">By webhook</Table.Th>
            <Table.Th scope="col" className="amount">By poll</Table.Th>
            <Table.Th scope="col" className="amount">By backfill</Table.Th>
            <Table.Th scope="col" className="amount">Otherwise</Table.Th>
            <Table.Th scope="col" className="amount">In work or waiting</Table.Th>
            <Table.Th scope="col" className="amount">Missing</Table.Th>
            <Table.Th scope="col" className="amount">Slowest</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kinds.map((item) => {
            const { webhook = 0, poll = 0, backfill = 0, ...rest } = item.ways;
            const other = Object.values(rest).reduce((sum, count) => sum + count, 0);
            return (
              <Table.Tr key={item.kind} className={item.missing > 0 ? "differs" : undefined}>
                <Table.Td>{item.kind.replaceAll("_", " ")}</Table.Td>
                <Table.Td className="amount">{item.changes}</Table.Td>
                <Table.Td className="amount">{webhook}</Table.Td>
                <Table.Td className="amount">
                  {poll}
                  {item.recovered_by_poll > 0 ? ` (${item.recovered_by_poll} recovered)` : ""}
                </Table.Td>
                <Table.Td className="amount">{backfill}</Table.Td>
                <Table.Td className="amount">{other}</Table.Td>
                <Table.Td className="amount">{item.gaps.length - item.missing}</Table.Td>
                <Table.Td className="amount">{item.not_asked === null ? item.missing : "not known"}</Table.Td>
                <Table.Td className="amount">{item.slowest_s === null ? "–" : shownLength(item.slowest_s)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

const WHAT_NEXT: Record<string, string> = {
  missing: "The next look at its list fetches it.",
  stale: "The next look at its list fetches what changed.",
  in_work: "It goes on by itself.",
  needs_a_person: "It stands on the repair page.",
  unreadable: "Correct the record over there; the next look reads it.",
};

function Gaps({ kinds }: { kinds: KindStated[] }) {
  const gaps = kinds.flatMap((item) => item.gaps.map((gap) => ({ ...gap, kind: item.kind })));
  const unasked = kinds.filter((item) => item.not_asked);
  if (gaps.length === 0 && unasked.length === 0) return null;
  return (
    <Stack gap={4}>
      {unasked.map((item) => (
        <Text size="sm" key={item.kind}>
          The list of {item.kind.replaceAll("_", " ")}s could not be asked: <Advice>{item.not_asked}</Advice>
        </Text>
      ))}
      {gaps.map((gap) => (
        <Text size="sm" key={gap.kind + gap.record_id + gap.what}>
          {gap.kind === "order" ? (
            <Anchor component={Link} href={`/orders/${encodeURIComponent(gap.record_id)}`} size="sm">
              Order …{gap.record_id.slice(-8)}
            </Anchor>
          ) : (
            `${gap.kind.replaceAll("_", " ")} ${gap.record_id}`
          )}
          , {gap.what.replaceAll("_", " ")}: <Advice>{gap.why}</Advice>{" "}
          {gap.what === "needs_a_person" ? (
            <Anchor component={Link} href="/repair" size="sm">
              To the repair page
            </Anchor>
          ) : (
            WHAT_NEXT[gap.what]
          )}
        </Text>
      ))}
    </Stack>
  );
}
