import { Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Failed } from "../../components/states";
import type { Accounts } from "../templates/types";
import type { Standing } from "./progress";
import { useTry } from "./queries";
import { Trials } from "./Trials";

export function TryOut({ at, accounts, goOn }: { at: Standing; accounts: Accounts; goOn: () => void }) {
  const flows = at.enabled.flatMap((template) =>
    template.between.filter((pair) => pair.highlevel === accounts.highlevel && pair.act === accounts.act).flatMap((pair) => pair.names),
  );
  const [flow, setFlow] = useState<string | null>(null);
  const attempt = useTry();
  const live = at.highlevel?.mode === "live";
  const now = flow ?? flows.find((name) => name.startsWith("order-to-opportunity")) ?? flows[0] ?? "";
  return (
    <Stack>
      <Text size="sm">
        A flow is tried on the three records that changed last: it reads what it would read, and shows what it would
        write. Nothing is written.
      </Text>
      <Group align="flex-end">
        <NativeSelect
          label="Flow"
          data={flows}
          value={now}
          onChange={(event) => {
            setFlow(event.currentTarget.value);
            attempt.reset();
          }}
        />
        <Button variant={live ? "default" : "filled"} loading={attempt.isPending} onClick={() => attempt.mutate([now])}>
          Show what it would write
        </Button>
        {flows.length > 1 ? (
          <Button variant={live ? "filled" : "default"} disabled={attempt.isPending} onClick={() => attempt.mutate(flows)}>
            Try all {flows.length} flows
          </Button>
        ) : null}
      </Group>
      {live ? (
        <Text size="sm">Each flow has to be tried before it goes live, so that somebody has seen what it would do.</Text>
      ) : null}
      {attempt.error ? <Failed error={attempt.error} /> : null}
      {attempt.data ? <Trials trials={attempt.data} /> : null}
      <Group>
        <Button variant={attempt.data ? "filled" : "default"} onClick={goOn}>
          {live ? "Go on to going live" : "Go on to the first order"}
        </Button>
      </Group>
    </Stack>
  );
}
