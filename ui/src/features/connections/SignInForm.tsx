import { Alert, Button, Group, List, PasswordInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Advice } from "../../components/Advice";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { useAgencies } from "./agencies";
import { Copied } from "./Copied";
import { ModeAndAddress } from "./ModeAndAddress";
import { useConnections, useSignInSetup } from "./queries";
import type { Mode, SignInBegun } from "./types";

/** A sign-in that was begun; what the connection was entered at before tells the end from the beginning. */
interface Journey {
  begun: SignInBegun;
  name: string;
  before: string | null;
}

/**
 * A sign-in in the browser by a marketplace app: a new connection, or with ``renews`` one that works again. With
 * ``agency`` a whole agency signs in.
 */
export function SignInForm({
  name,
  setName,
  onConnected,
  renews = false,
  agency = false,
}: {
  name: string;
  setName: (name: string) => void;
  onConnected: (name: string) => void;
  renews?: boolean;
  agency?: boolean;
}) {
  const [clientId, setClientId] = useState("");
  const [secret, setSecret] = useState("");
  const [authorizeUrl, setAuthorizeUrl] = useState("");
  const [mode, setMode] = useState<Mode>("live");
  const [baseUrl, setBaseUrl] = useState("");
  const [key, setKey] = useState("");
  const [journey, setJourney] = useState<Journey | null>(null);
  const entered = useEntered(agency);
  const begin = useChange(async () => {
    const begun = await call<SignInBegun>("POST", agency ? "/api/agencies/oauth" : "/api/connections/oauth", {
      name: name.trim(),
      client_id: clientId.trim() || null,
      client_secret: secret.trim() || null,
      authorize_url: authorizeUrl.trim() || null,
      mode: renews ? null : mode,
      base_url: baseUrl.trim() || null,
      webhook_key_pem: key.trim() || null,
    });
    const before = entered(name.trim()) ?? null;
    setJourney({ begun, name: name.trim(), before });
  });
  const setup = useSignInSetup(mode, agency);
  if (journey) return <OnItsWay agency={agency} journey={journey} again={() => setJourney(null)} onConnected={onConnected} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate(undefined);
      }}
    >
      <Stack>
        {renews ? null : (
          <>
            <List type="ordered" size="sm" spacing={4}>
              <List.Item>
                In HighLevel’s <b>Marketplace → My Apps</b>, create an app (private is enough), for {agency ? "agencies and sub-accounts" : "sub-accounts"}.
              </List.Item>
              <List.Item>
                Under <b>Advanced settings → Auth</b>, enter the redirect address and the scopes below.
              </List.Item>
              <List.Item>
                Add a <b>client key</b> there, and copy its id and its secret to here.
              </List.Item>
            </List>
            <Asked query={setup}>
              {(data) => (
                <Stack gap="xs">
                  {data.redirect_uri ? (
                    <Copied label="Redirect address" value={data.redirect_uri} />
                  ) : (
                    <Alert color="yellow" title="HighLevel could not lead your browser back here">
                      <Text size="sm">
                        <Advice>{data.why}</Advice>. To do: <Advice>{data.advice}</Advice>.
                      </Text>
                    </Alert>
                  )}
                  <Copied label="Scopes of the app" value={data.scopes.join("\n")} />
                </Stack>
              )}
            </Asked>
            <TextInput
              label="Your name for it"
              description={agency ? "Your own name for the agency." : "Short; it stands wherever this account is shown."}
              placeholder={agency ? "umbrella" : "shop"}
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </>
        )}
        <TextInput
          label="Client id"
          description={renews ? "Left empty, the app that was used before counts." : "Of the app’s client key."}
          required={!renews}
          autoComplete="off"
          spellCheck={false}
          value={clientId}
          onChange={(event) => setClientId(event.currentTarget.value)}
        />
        <PasswordInput
          label="Client secret"
          description={renews ? "Only where it was made anew." : "Stored encrypted and never shown again."}
          required={!renews}
          autoComplete="off"
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        {renews ? null : (
          <ModeAndAddress mode={mode} setMode={setMode} baseUrl={baseUrl} setBaseUrl={setBaseUrl}>
            <TextInput
              label="Install link of the app"
              description="Only for a private app whose link is its own."
              value={authorizeUrl}
              onChange={(event) => setAuthorizeUrl(event.currentTarget.value)}
            />
            <Textarea
              label="Public key of another webhook sender (PEM)"
              autosize
              minRows={2}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
            />
          </ModeAndAddress>
        )}
        {begin.error ? <Failed error={begin.error} /> : null}
        <Group>
          <Button type="submit" loading={begin.isPending}>
            {renews ? "Prepare to sign in again" : "Prepare the sign-in"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** When an account or agency of a name was signed in; undefined where there is none. */
function useEntered(agency: boolean, everyMs?: number): (name: string) => string | null | undefined {
  const accounts = useConnections(agency ? undefined : everyMs).data;
  const agencies = useAgencies(agency ? everyMs : undefined).data;
  return (name) =>
    agency ? agencies?.find((item) => item.name === name)?.signed_in_at : accounts?.find((item) => item.name === name)?.entered_at;
}

function OnItsWay({ journey, agency, again, onConnected }: { journey: Journey; agency: boolean; again: () => void; onConnected: (name: string) => void }) {
  const { begun, name, before } = journey;
  const now = useEntered(agency, 2000)(name);
  const arrived = now !== undefined && now !== before;
  useEffect(() => {
    if (arrived) onConnected(name);
    // Once, when it arrives: whoever waits for it may hand over another function with every drawing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [arrived]);
  return (
    <Stack>
      <Text size="sm">
        Open HighLevel{agency ? " as a user of the agency, choose the agency" : ", choose the location"}, and allow the app. The address works once, until <Moment at={begun.expires_at} />.
      </Text>
      <Group>
        <Button component="a" href={begun.start_url} target="_blank" rel="noopener">
          Open HighLevel in a new window
        </Button>
        <Button variant="default" onClick={again}>
          Change what I entered
        </Button>
      </Group>
      <Text size="sm" role="status">
        Waiting for HighLevel. This page goes on by itself as soon as ‘{name}’ is connected; if the other window says that it did not work, begin again here.
      </Text>
    </Stack>
  );
}
