import { Alert, Anchor, Button, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Back } from "../../components/Back";
import { ConnectionBadge } from "../../components/badges";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { agencyPath, useAgencies, type Told } from "./agencies";
import Checks from "./Checks";
import { callsLeft, waits } from "./facts";
import { LookAround } from "./LookAround";
import { NewSecret, Replaced } from "./NewSecret";
import { OptionsForm } from "./OptionsForm";
import { useConnection } from "./queries";
import { SignInForm } from "./SignInForm";
import { pathOf, systemOf, type ConnectionOne } from "./types";
import { Webhooks } from "./Webhooks";

export default function ConnectionPage({ name }: { name: string }) {
  const one = useConnection(name);
  return (
    <Stack>
      <Back to="/connections">All connections</Back>
      <Asked query={one} title={name}>{(item) => <Whole key={item.id} item={item} />}</Asked>
    </Stack>
  );
}

function Whole({ item }: { item: ConnectionOne }) {
  const owner = useOwner();
  const [found, setFound] = useState<string | null>(null);
  const [checking, setChecking] = useState(false);
  const broken = item.state === "reconnect";
  const act = item.system === "act";
  return (
    <>
      <Head item={item} />
      {broken ? <Broken item={item} onDone={setFound} /> : found ? <Replaced found={found} /> : null}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Health item={item} />
        <Part title="How it is used">
          <OptionsForm item={item} />
        </Part>
      </SimpleGrid>
      <Part title="Checks">
        {checking ? (
          <Checks name={item.name} />
        ) : owner ? (
          <Group>
            <Button size="xs" variant="default" onClick={() => setChecking(true)}>
              Try this account
            </Button>
            <Text size="xs" c="dimmed">
              Check by check, from the stored secret to the last permission; changes nothing.
            </Text>
          </Group>
        ) : (
          <Text size="sm">An owner can try this account here, check by check.</Text>
        )}
      </Part>
      {act && owner ? (
        <Part title="What the database has">
          <LookAround name={item.name} />
        </Part>
      ) : null}
      {act ? (
        <Part title="Webhooks">
          <Webhooks name={item.name} />
        </Part>
      ) : null}
      {owner && !broken ? (
        <Part title={secretTitle(item)}>
          <Renewal item={item} onDone={setFound} />
        </Part>
      ) : null}
    </>
  );
}

function secretTitle(item: ConnectionOne): string {
  if (item.options.signed_in !== "entered") return "Sign in again";
  return item.system === "ghl" ? "Another token" : "Another password";
}

function Head({ item }: { item: ConnectionOne }) {
  const owner = useOwner();
  const rest = useChange((what: "pause" | "resume") => call("POST", pathOf(item.name, `/${what}`)));
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Title order={1} size="h3">
          {item.name}
        </Title>
        <ConnectionBadge value={item.state} />
      </Group>
      <Text size="sm" c="dimmed">
        {systemOf(item.system)}, {item.mode}; {waits(item.waiting)}
      </Text>
      {item.state === "paused" ? (
        <Alert color="gray" title="It is paused">
          <Text size="sm"><Advice>{item.reason}</Advice>. No call is made to it; what comes in is stored and waits.</Text>
        </Alert>
      ) : item.state === "degraded" && item.reason ? (
        <Alert color="yellow" title="It is hard to reach, or not all is as it should be">
          <Text size="sm"><Advice>{item.reason}</Advice></Text>
        </Alert>
      ) : null}
      {item.advice ? (
        <Alert color="yellow" title="To do">
          <Text size="sm"><Advice>{item.advice}</Advice></Text>
        </Alert>
      ) : null}
      {rest.error ? <Failed error={rest.error} /> : null}
      {owner ? (
        <Group>
          {item.state === "paused" ? (
            <Button size="xs" loading={rest.isPending} onClick={() => rest.mutate("resume")}>
              Let it go on
            </Button>
          ) : (
            <Confirm
              label="Pause it"
              title={`Pause ‘${item.name}’?`}
              text="No call is made to this account until somebody lets it go on. What comes in is still taken, and waits; nothing is lost. Other accounts go on, but flows that lead to this one wait too."
              action="Pause it"
              onYes={() => rest.mutate("pause")}
            />
          )}
        </Group>
      ) : null}
    </Stack>
  );
}

/** The answer to a broken account: what it costs, and what mends it, at once. */
function Broken({ item, onDone }: { item: ConnectionOne; onDone: (found: string) => void }) {
  const owner = useOwner();
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="broken" style={{ borderColor: "var(--mantine-color-red-6)", borderWidth: 2 }}>
      <Stack gap="sm">
        <Title order={2} size="h5" id="broken">
          {systemOf(item.system)} does not let us in any more
        </Title>
        {item.reason ? <Text size="sm" className="says"><Advice>{item.reason}</Advice></Text> : null}
        <Text size="sm" fw={600}>
          {item.waiting === 0
            ? "Nothing waits for it yet; what comes in from now on is stored, and none of it is lost."
            : `${waits(item.waiting)} for it. None of it is lost: it goes on by itself as soon as the account works again.`}
        </Text>
        {owner ? <Renewal item={item} onDone={onDone} /> : <Text size="sm">Ask an owner to give it a new token or password.</Text>}
      </Stack>
    </Paper>
  );
}

function Renewal({ item, onDone }: { item: ConnectionOne; onDone: (found: string) => void }) {
  if (item.options.signed_in === "entered") return <NewSecret item={item} onDone={onDone} />;
  if (item.options.signed_in === "app")
    return (
      <SignInForm
        renews
        name={item.name}
        setName={() => undefined}
        onConnected={() => onDone(`HighLevel location ${item.options.location_id ?? ""} is signed in again`)}
      />
    );
  return <FromAgency item={item} onDone={onDone} />;
}

/** A location whose tokens its agency's make: no person signs in for it. */
function FromAgency({ item, onDone }: { item: ConnectionOne; onDone: (found: string) => void }) {
  const agency = useAgencies().data?.find((one) => one.locations.some((place) => place.connection === item.name));
  const connect = useChange(async (from: string) => {
    const [told] = await call<Told[]>("POST", agencyPath(from, "/connect"), { location: item.account, name: item.name });
    // Within the call: where it was broken, this part is gone as soon as it works again.
    onDone(told?.message ?? "It has new tokens");
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Text size="sm">
        Its tokens are made with those of its agency{agency ? <> ‘{agency.name}’</> : null}. Where that does not work either, the agency has to sign
        in again under{" "}
        <Anchor component={Link} href="/agencies" size="sm">
          Agencies
        </Anchor>
        .
      </Text>
      {connect.error ? <Failed error={connect.error} /> : null}
      {agency ? (
        <Button
          size="xs"
          loading={connect.isPending}
          onClick={() => connect.mutate(agency.name)}
        >
          Make new tokens for it
        </Button>
      ) : null}
    </Stack>
  );
}

function Health({ item }: { item: ConnectionOne }) {
  const { budget, options } = item;
  const facts: [string, ReactNode][] = [
    ["Account", <Code key="account">{options.location_id ?? options.database ?? item.account}</Code>],
    ["Address", <Code key="address">{options.base_url}</Code>],
    ...(options.user ? [["User", options.user] as [string, ReactNode]] : []),
    ["Last reached", <Moment key="reached" at={item.last_success_at} />],
    ["Failed looks in a row", item.failures],
    ["Waits", waits(item.waiting)],
    ["Calls", callsLeft(budget)],
    ...(budget.blocked_until ? [["No calls before", <Moment key="blocked" at={budget.blocked_until} />] as [string, ReactNode]] : []),
    [
      "Its secret",
      <span key="secret">
        entered <Moment at={item.entered_at} />
        {item.age_days === null ? "" : `, ${item.age_days} days old`}
        {item.rotation_due ? "; rotation is due" : ""}
      </span>,
    ],
    ...(item.webhooks ? [["Webhooks", item.webhooks.says || "registered and watched"] as [string, ReactNode]] : []),
    ...(options.missing_scopes?.length ? [["Scopes not granted", options.missing_scopes.join(", ")] as [string, ReactNode]] : []),
  ];
  return (
    <Part title="How it is">
      <dl className="facts">
        {facts.map(([what, value]) => (
          <div key={what}>
            <Text size="sm" c="dimmed" component="dt">
              {what}
            </Text>
            <Text size="sm" component="dd" m={0} style={{ overflowWrap: "anywhere" }}>
              {value}
            </Text>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
