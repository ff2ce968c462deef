import { Alert, Anchor, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useChange, useOrders } from "../../api/queries";
import { Confirm } from "../../components/Confirm";
import { Asked, Failed, Loading } from "../../components/states";
import { CheckList } from "../live/CheckList";
import { OnOff } from "../templates/OnOff";
import type { Accounts, Template } from "../templates/types";
import { FirstOrder } from "./FirstOrder";
import { OtherSide } from "./OtherSide";
import { firstOf, type Standing } from "./progress";
import { goLive, useReadiness } from "./queries";

export function Live({ at, accounts, again, more }: { at: Standing; accounts: Accounts; again: () => void; more: () => void }) {
  const live = at.highlevel?.mode === "live";
  const on = at.enabled.some((item) => between(item, accounts)?.on);
  return (
    <Stack>
      {live ? at.enabled.map((item) => <OneTemplate key={item.name} template={item} accounts={accounts} again={again} />) : <On at={at} accounts={accounts} />}
      {at.way === "sandbox" ? <FirstOrder /> : null}
      {at.way !== "sandbox" && on ? <Arrived accounts={accounts} live={live} /> : null}
      <Group>
        <Button variant="default" onClick={more}>
          Switch on more templates
        </Button>
        <Anchor component={Link} href="/" size="sm">
          To Home
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
        {readiness.data && readiness.isFetching ? <Loading /> : null}
        <Asked query={readiness}>
          {(found) => (
            <>
              <CheckList checks={found.checks} accounts={accounts} done={() => void readiness.refetch()} tryThem={again} />
              <Group>
                {found.ready ? (
                  <Confirm
                    main
                    label="Go live"
                    title={`Let ‘${template.title}’ work on live accounts?`}
                    text={`From now on it writes between ${accounts.highlevel} and ${accounts.act}. Orders that are there already are carried over too, quietly: no task, no message. Every write is proved, and it can be taken back at any time; what it has written stays.`}
                    action="Go live"
                    disabled={go.isPending}
                    onYes={() => go.mutate()}
                  />
                ) : null}
                <Button size="xs" variant="default" loading={readiness.isFetching} onClick={() => void readiness.refetch()}>
                  Check again
                </Button>
              </Group>
            </>
          )}
        </Asked>
        {go.error ? <Failed error={go.error} /> : null}
      </Stack>
    </Paper>
  );
}

/** The newest order that came between the two accounts, as soon as there is one, wherever it is on its way. */
function Arrived({ accounts, live }: { accounts: Accounts; live: boolean }) {
  const orders = useOrders("", null);
  const found = firstOf(orders.data?.orders ?? [], accounts);
  if (!found) {
    return (
      <Stack gap="xs">
        <Text size="sm" role="status">
          Waiting for the first order. This page notices it by itself.
        </Text>
        <OtherSide where="HighLevel" steps={live ? SELL : SELL_IN_TEST} />
      </Stack>
    );
  }
  const look = ARRIVED[found.standing] ?? WAITS;
  return (
    <Alert color={look.color} role="status" title={look.title}>
      <Anchor component={Link} href={`/orders/${encodeURIComponent(found.id)}`}>
        {look.link}
      </Anchor>
    </Alert>
  );
}

const SOON = "It shows here within a minute, also where no webhook is sent.";
const SELL = [
  "Sell something as usual, or buy something small through one of your own order forms; it can be refunded afterwards.",
  "Use no test mode for it: between live accounts only live orders are carried over.",
  SOON,
];
const SELL_IN_TEST = ["Buy something through one of your own order forms while it is in test mode: between test accounts only test orders are carried over.", SOON];

const WAITS = { color: "orange", title: "An order came, and waits for a person", link: "See what it waits for" };
const ARRIVED: Record<string, typeof WAITS> = {
  agrees: { color: "green", title: "An order was carried over, and proved to the cent", link: "See your first order" },
  moving: { color: "blue", title: "An order came, and is on its way to Act!", link: "Watch it on its page" },
};
