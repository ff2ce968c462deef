import { Alert, Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useCloseDay } from "../../api/queries";
import type { CloseDay } from "../../api/types";
import { Advice } from "../../components/Advice";
import { Back } from "../../components/Back";
import { CloseBadge } from "../../components/badges";
import { Moment, shownDay } from "../../components/moment";
import { Money } from "../../components/money";
import { Asked } from "../../components/states";
import { Differences, Findings } from "./Differences";
import { Downloads } from "./Downloads";
import { Totals } from "./Totals";
import { inWords } from "./words";

export default function ClosePage({ day }: { day: string }) {
  const close = useCloseDay(day);
  return (
    <Stack>
      <Back to="/closes">All closed days</Back>
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
          {inWords(item["line"])}
        </Text>
      ) : null}
      {typeof item["note"] === "string" ? <Text size="sm"><Advice>{item["note"]}</Advice></Text> : null}
      {item.changes.length > 0 ? <Reopened item={item} /> : null}
      <Totals totals={item.totals ?? {}} none="No money moved on this day, on either side." label="Both sides of the day" />
      <Downloads item={item} />
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
