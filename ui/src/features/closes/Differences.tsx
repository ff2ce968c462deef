import { Anchor, Box, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useId } from "react";
import { Link } from "wouter";
import type { Difference, Finding } from "../../api/types";
import { Advice } from "../../components/Advice";
import { Money } from "../../components/money";
import { words } from "./words";

/** Differences of money with their reasons; each leads to its order, and to where it is repaired. */
export function Differences({ found }: { found: Difference[] }) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="xs">
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
              <Anchor component={Link} href="/repair" size="sm" aria-label={`Repair what waits, for order …${item.order_id.slice(-8)}`}>
                Repair
              </Anchor>
            </Group>
            {item.reasons.map((part) => (
              <Text size="sm" key={part.code + part.line + part.amount}>
                <Money amount={part.amount} currency={item.currency} /> because: <b>{words(part.code)}</b>. <Advice>{part.evidence}</Advice>
              </Text>
            ))}
          </Box>
        ))}
      </Stack>
    </Paper>
  );
}

/** Differences that are no money. */
export function Findings({ found }: { found: Finding[] }) {
  const id = useId();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="xs">
        {found.length} {found.length === 1 ? "field differs" : "fields differ"}
      </Title>
      <Stack gap="xs">
        {found.map((item) => (
          <Text size="sm" key={[item.order_id, item.record, item.field].join("/")}>
            <Anchor component={Link} href={`/orders/${encodeURIComponent(item.order_id)}`} size="sm">
              Order …{item.order_id.slice(-8)}
            </Anchor>
            , {words(item.field)}: HighLevel ‘{item.highlevel ?? "nothing"}’, Act! ‘{item.act ?? "nothing"}’, <b>{words(item.reason)}</b>. <Advice>{item.evidence}</Advice>
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}
