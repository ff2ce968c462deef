import { Alert, Anchor, Button, Group, Paper, Stack, Switch, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed, Nothing } from "../../components/states";
import { agencyPath, left, useAgencies, useConnectLocations, type Agency, type Told } from "./agencies";
import { Locations } from "./Locations";
import { SignInForm } from "./SignInForm";

export default function AgencyList() {
  const owner = useOwner();
  const agencies = useAgencies();
  const [adding, setAdding] = useState(false);
  const [name, setName] = useState("");
  return (
    <Stack>
      <Anchor component={Link} href="/connections" size="sm">
        All connections
      </Anchor>
      <Title order={1} size="h3">
        Agencies
      </Title>
      <Text size="sm" c="dimmed">
        An agency signs in once; its token makes those of its locations, so that many are connected with one click.
      </Text>
      <Asked query={agencies}>
        {(rows) => (
          <>
            {rows.length === 0 ? (
              <Nothing title="No agency is connected yet">
                {owner ? "One location alone needs none: connect it under Connections." : "An owner connects agencies."}
              </Nothing>
            ) : (
              rows.map((agency) => <OneAgency key={agency.name} agency={agency} />)
            )}
            {owner ? (
              adding || rows.length === 0 ? (
                <Paper withBorder p="md" component="section" aria-label="Connect an agency" maw={720}>
                  <Title order={2} size="h5" mb="sm">
                    Connect an agency
                  </Title>
                  <SignInForm agency name={name} setName={setName} onConnected={() => setAdding(false)} />
                </Paper>
              ) : (
                <Group>
                  <Button variant="default" size="xs" onClick={() => setAdding(true)}>
                    Connect another agency
                  </Button>
                </Group>
              )
            ) : null}
          </>
        )}
      </Asked>
    </Stack>
  );
}

function OneAgency({ agency }: { agency: Agency }) {
  const owner = useOwner();
  return (
    <Paper withBorder p="md" component="section" aria-label={agency.name}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {agency.name}
        </Title>
        <Text size="sm" c="dimmed">
          HighLevel company {agency.company}, {agency.mode}; signed in <Moment at={agency.signed_in_at} />
        </Text>
        {agency.state === "ok" ? null : (
          <Alert color="red" title="It has to sign in again">
            <Stack gap="sm">
              <Text size="sm">
                <Advice>{agency.reason}</Advice>
              </Text>
              {owner ? <SignInForm agency renews name={agency.name} setName={() => undefined} onConnected={() => undefined} /> : null}
            </Stack>
          </Alert>
        )}
        {agency.missing_scopes.length > 0 ? (
          <Alert color="yellow" title="The app was not granted all scopes">
            <Text size="sm">{agency.missing_scopes.join(", ")}: add them to the app, and sign in again.</Text>
          </Alert>
        ) : null}
        {owner ? <Doing agency={agency} /> : null}
        <Locations agency={agency} />
      </Stack>
    </Paper>
  );
}

function Doing({ agency }: { agency: Agency }) {
  const look = useChange(() => call<Agency>("POST", agencyPath(agency.name, "/look")));
  const later = useChange((connect_future: boolean) => call<Agency>("PATCH", agencyPath(agency.name), { connect_future }));
  const connect = useConnectLocations(agency.name);
  const open = left(agency);
  const failed = look.error ?? later.error ?? connect.error;
  return (
    <>
      <Switch
        label="Connect locations that install the app later by themselves"
        description="Otherwise they only appear in the list."
        checked={agency.connect_future}
        disabled={later.isPending}
        onChange={(event) => later.mutate(event.currentTarget.checked)}
      />
      <Group gap="xs">
        <Button size="xs" variant="default" loading={look.isPending} onClick={() => look.mutate(undefined)}>
          Read the list from HighLevel
        </Button>
        {connect.isPending ? null : (
          <Confirm
            label={open.length === 1 ? "Connect the one that is left" : `Connect all ${open.length} that are left`}
            title={`Connect ${open.length} ${open.length === 1 ? "location" : "locations"} of ‘${agency.name}’?`}
            text="Each gets a connection under HighLevel’s name, if that is free. Nothing is carried over before a flow joins it with Act!."
            action="Connect them"
            disabled={open.length === 0}
            onYes={() => connect.mutate({})}
          />
        )}
      </Group>
      {connect.isPending ? (
        <Text size="sm" role="status">
          Connecting; about ten seconds for a hundred locations. It goes on if you leave this page.
        </Text>
      ) : null}
      {failed ? <Failed error={failed} /> : null}
      {connect.data ? <Outcome told={connect.data} /> : null}
    </>
  );
}

function Outcome({ told }: { told: Told[] }) {
  const refused = told.filter((item) => !item.ok);
  return (
    <Alert role="status" color={refused.length > 0 ? "orange" : "green"} title={`${told.length - refused.length} of ${told.length} connected`}>
      {refused.map((item) => (
        <Text size="sm" key={item.location}>
          {item.name}: <Advice>{item.message}</Advice>
        </Text>
      ))}
    </Alert>
  );
}
