import { Alert, Paper, Stack, Text, Title } from "@mantine/core";
import { Advice } from "../../components/Advice";
import { Moment } from "../../components/moment";
import { shownMoney } from "../../components/money";
import { Asked } from "../../components/states";
import { useRaised } from "./queries";
import type { Raised } from "./types";

const DAYS = 7;

export function AlertList() {
  const found = useRaised(DAYS);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="alerts">
      <Stack gap="sm">
        <Title order={2} size="h5" id="alerts">
          Alerts
        </Title>
        <Asked query={found}>
          {(rows) => {
            const lasting = rows.filter((item) => item.cleared_at === null);
            const over = rows.filter((item) => item.cleared_at !== null);
            return (
              <>
                {lasting.length === 0 ? <Text size="sm">None is raised.</Text> : lasting.map((item) => <One key={item.key + item.raised_at} item={item} />)}
                {over.length > 0 ? (
                  <details>
                    <summary>
                      {over.length} {over.length === 1 ? "was" : "were"} over within {DAYS} days
                    </summary>
                    <Stack gap="xs" mt="xs">
                      {over.map((item) => (
                        <One key={item.key + item.raised_at} item={item} />
                      ))}
                    </Stack>
                  </details>
                ) : null}
              </>
            );
          }}
        </Asked>
      </Stack>
    </Paper>
  );
}

function One({ item }: { item: Raised }) {
  const money = Object.entries(item.money).map(([currency, amount]) => shownMoney(amount, currency));
  return (
    <Alert color={item.cleared_at ? "gray" : "orange"} title={item.title}>
      <Text size="sm"><Advice>{item.text}</Advice></Text>
      {money.length > 0 ? <Text size="sm">Money that waits: {money.join(", ")}</Text> : null}
      <Text size="xs" c="dimmed">
        since <Moment at={item.since} />
        {item.cleared_at ? (
          <>
            , over <Moment at={item.cleared_at} />
          </>
        ) : null}
      </Text>
    </Alert>
  );
}
