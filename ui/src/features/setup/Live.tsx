import { Alert, Anchor, Box, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useChange, useOrders } from "../../api/queries";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Asked, Failed, Loading } from "../../components/states";
import { OnOff } from "../templates/OnOff";
import type { Accounts, Template } from "../templates/types";
import { FirstOrder } from "./FirstOrder";
import { OtherSide } from "./OtherSide";
import type { Standing } from "./progress";
import { goLive, useReadiness } from "./queries";
import type { Check } from "./types";

export function Live({ at, accounts, again, more }: { at: Standing; accounts: Accounts; again: () => void; more: () => void }) {
  const live = at.highlevel?.mode === "live";
  const on = at.enabled.some((item) => between(item, accounts)?.on);
  return (
    <Stack>
      {live ? at.enabled.map((item) => <OneTemplate key={item.name} template={item} accounts={accounts} again={again} />) : <On at={at} accounts={accounts} />}
      {at.way === "sandbox" ? <FirstOrder /> : null}
      {at.way !== "sandbox" && on ? <Arrived /> : null}
      <Group>
        <Button variant="default" onClick={more}>
          Switch on more templates
        </Button>
        <Anchor component={Link} href="/" size="sm">
          To the first page
        </Anchor>
      </Group>
    </Stack>
  );
}

function between(template: Template, accounts: Accounts) {
  return template.between.find((pair) => pair.highlevel === accounts.highlevel && pair.act === accounts.act);
}

function On({ at, accounts }: { at: Standing; accounts: Accounts }) {
  const pairs = at.enabled.flatMap((item) => between(item, accounts) ?? []);
  const off = pairs.reduce((sum, pair) => sum + pair.flows - pair.on, 0);
  return (
    <Text size="sm">
      {off === 0
        ? "Everything you chose is on: between made-up or test accounts flows work as soon as they are published."
        : `${off} of the flows you chose are off; enable their template again to switch them on.`}
    </Text>
  );
}

function OneTemplate({ template, accounts, again }: { template: Template; accounts: Accounts; again: () => void }) {
  const pair = between(template, accounts);
  if (!pair || pair.on === pair.flows) {
    return (
      <Paper withBorder p="md">
        <Title order={3} size="h5">
          {template.title}
        </Title>
        <OnOff between={pair ? [pair] : []} />
      </Paper>
    );
  }
  return <ToGoLive template={template} accounts={accounts} again={again} />;
}

function ToGoLive({ template, accounts, again }: { template: Template; accounts: Accounts; again: () => void }) {
  const readiness = useReadiness(template.name, accounts);
  const go = useChange(async (_given: void) => {
    const found = await goLive(template.name, accounts, false);
    if (!found.ready) await readiness.refetch();
    return found;
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={template.title}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {template.title}
        </Title>
        {readiness.isFetching ? <Loading /> : null}
        <Asked query={readiness}>
          {(found) => (
            <>
              <CheckList checks={found.checks} />
              <Group>
                {found.ready ? (
                  <Confirm
                    label="Go live"
                    title={`Let ‘${template.title}’ work on live accounts?`}
                    text={`From now on it writes into ${accounts.highlevel} and ${accounts.act}. Every write is proved, and it can be taken back at any time; what it has written stays.`}
                    action="Go live"
                    onYes={() => go.mutate()}
                  />
                ) : null}
                <Button size="xs" variant="default" loading={readiness.isFetching} onClick={() => void readiness.refetch()}>
                  Check again
                </Button>
                {found.ready ? null : (
                  <Button size="xs" variant="default" onClick={again}>
                    Try the flows again
                  </Button>
                )}
              </Group>
            </>
          )}
        </Asked>
        {go.error ? <Failed error={go.error} /> : null}
      </Stack>
    </Paper>
  );
}

function CheckList({ checks }: { checks: Check[] }) {
  return (
    <Box component="ul" m={0} pl="md">
      {checks.map((check, at) => (
        <li key={check.id + at}>
          <Text size="sm">
            <b>
              {check.ok ? "So it is" : "To be done"}: {check.title}
            </b>
            {check.says ? <>. <Advice>{check.says}</Advice></> : null}
          </Text>
          {!check.ok && check.next ? <Text size="sm">What to do: <Advice>{check.next}</Advice></Text> : null}
        </li>
      ))}
    </Box>
  );
}

/** The newest order that is on both sides, as soon as there is one. */
function Arrived() {
  const orders = useOrders("", null);
  const first = orders.data?.orders.find((item) => item.standing === "agrees");
  if (first) {
    return (
      <Alert color="green" role="status" title="An order was carried over, and proved">
        <Anchor component={Link} href={`/orders/${encodeURIComponent(first.id)}`}>
          See your first order
        </Anchor>
      </Alert>
    );
  }
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        Waiting for the first order. This page notices it by itself.
      </Text>
      <OtherSide where="HighLevel" steps={["Sell something as usual, or open Payments → Orders and place a test order of your own.", "It shows here within a minute, also where no webhook is sent."]} />
    </Stack>
  );
}
