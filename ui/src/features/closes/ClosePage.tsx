import { Alert, Anchor, Box, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useCloseDay } from "../../api/queries";
import type { CloseDay, Difference, Finding } from "../../api/types";
import { CloseBadge } from "../../components/badges";
import { Moment, shownDay } from "../../components/moment";
import { Money } from "../../components/money";
import { Asked } from "../../components/states";
import { Wide } from "../../components/Wide";

/** A reason code in words: 'opportunity_edited' becomes 'opportunity edited'. */
export function words(code: string): string {
  return code.replaceAll("_", " ");
}

export default function ClosePage({ day }: { day: string }) {
  const close = useCloseDay(day);
  return (
    <Stack>
      <Title order={1} size="h3">
        {/^\d{4}-\d\d-\d\d$/.test(day) ? shownDay(day) : day}
      </Title>
      <Asked query={close}>{(pairs) => pairs.map((item) => <Pair key={item.location + item.database} item={item} />)}</Asked>
    </Stack>
  );
}

function Pair({ item }: { item: CloseDay }) {
  return (
    <Stack>
      <Group gap="sm">
        <CloseBadge value={item.state} />
        <Text size="sm">
          {item.location} and {item.database}; closed <Moment at={item.closed_at} />, edition {item.edition}, days in {item.zone}
        </Text>
      </Group>
      {typeof item["line"] === "string" ? (
        <Text size="lg" fw={650} data-testid="close-line">
          {item["line"]}
        </Text>
      ) : null}
      {typeof item["note"] === "string" ? <Text size="sm">{item["note"]}</Text> : null}
      {item.changes.length > 0 ? <Reopened item={item} /> : null}
      <Totals item={item} />
      {item.differences.length > 0 ? <Differences found={item.differences} /> : null}
      {item.findings.length > 0 ? <Findings found={item.findings} /> : null}
    </Stack>
  );
}

function Reopened({ item }: { item: CloseDay }) {
  return (
    <Alert color="orange" title={`${item.changes.length} ${item.changes.length === 1 ? "amount has" : "amounts have"} changed since this day was closed`}>
      <Stack gap={4}>
        {item.changes.map((change) => (
          <Text size="sm" key={change.order_id + change.record + change.measure + change.currency + change.noticed_at}>
            <Anchor component={Link} href={`/orders/${encodeURIComponent(change.order_id)}`} size="sm">
              Order …{change.order_id.slice(-8)}
            </Anchor>
            , {change.measure}: HighLevel <Money amount={change.highlevel.before} currency={change.currency} /> →{" "}
            <Money amount={change.highlevel.after} currency={change.currency} />, Act!{" "}
            <Money amount={change.act.before} currency={change.currency} /> → <Money amount={change.act.after} currency={change.currency} />, noticed{" "}
            <Moment at={change.noticed_at} />
          </Text>
        ))}
        <Text size="sm">Close the day once more when it is as it should be.</Text>
      </Stack>
    </Alert>
  );
}

function Totals({ item }: { item: CloseDay }) {
  const rows = Object.entries(item.totals ?? {}).flatMap(([currency, measures]) =>
    Object.entries(measures).map(([measure, sides]) => ({ currency, measure, ...sides })),
  );
  if (rows.length === 0) return <Text size="sm">No money moved on this day, on either side.</Text>;
  return (
    <Paper withBorder p="md">
      <Wide label="Both sides of the day">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col" className="amount">HighLevel</Table.Th>
            <Table.Th scope="col" className="amount">Act!</Table.Th>
            <Table.Th scope="col" className="amount">Difference</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.currency + row.measure} className={row.highlevel === row.act ? undefined : "differs"}>
              <Table.Td>
                {words(row.measure)}, {row.currency}
              </Table.Td>
              <Table.Td className="amount"><Money amount={row.highlevel} currency={row.currency} /></Table.Td>
              <Table.Td className="amount"><Money amount={row.act} currency={row.currency} /></Table.Td>
              <Table.Td className="amount"><Money amount={row.difference} currency={row.currency} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      </Wide>
    </Paper>
  );
}

function Differences({ found }: { found: Difference[] }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="differences">
      <Title order={2} size="h5" id="differences" mb="xs">
        {found.length} {found.length === 1 ? "difference" : "differences"} of money
      </Title>
      <Stack gap="sm">
        {found.map((item) => (
          <Box key={[item.order_id, item.measure, item.record, item.currency].join("/")}>
            <Group gap="xs">
              <Anchor component={Link} href={`/orders/${encodeURIComponent(item.order_id)}`} size="sm">
                Order …{item.order_id.slice(-8)}
              </Anchor>
              <Text size="sm">
                {words(item.measure)}: HighLevel <Money amount={item.highlevel} currency={item.currency} />, Act!{" "}
                <Money amount={item.act} currency={item.currency} />, difference <Money amount={item.difference} currency={item.currency} />
              </Text>
            </Group>
            {item.reasons.map((part) => (
              <Text size="sm" key={part.code + part.line + part.amount}>
                <Money amount={part.amount} currency={item.currency} /> because: <b>{words(part.code)}</b>. {part.evidence}
              </Text>
            ))}
          </Box>
        ))}
      </Stack>
    </Paper>
  );
}

function Findings({ found }: { found: Finding[] }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="findings">
      <Title order={2} size="h5" id="findings" mb="xs">
        {found.length} {found.length === 1 ? "field differs" : "fields differ"}
      </Title>
      <Stack gap="xs">
        {found.map((item) => (
          <Text size="sm" key={[item.order_id, item.record, item.field].join("/")}>
            <Anchor component={Link} href={`/orders/${encodeURIComponent(item.order_id)}`} size="sm">
              Order …{item.order_id.slice(-8)}
            </Anchor>
            , {words(item.field)}: HighLevel ‘{item.highlevel ?? "nothing"}’, Act! ‘{item.act ?? "nothing"}’, <b>{words(item.reason)}</b>. {item.evidence}
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}
