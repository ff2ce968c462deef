import { Button, Code, Group, List, PasswordInput, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Asked, Failed } from "../../components/states";
import { Copied } from "./Copied";
import { ModeAndAddress } from "./ModeAndAddress";
import { useSignInSetup } from "./queries";
import type { Mode } from "./types";

/** A location's private integration token. */
export function TokenForm({
  name,
  setName,
  onConnected,
}: {
  name: string;
  setName: (name: string) => void;
  onConnected: (name: string) => void;
}) {
  const [location, setLocation] = useState("");
  const [token, setToken] = useState("");
  const [mode, setMode] = useState<Mode>("live");
  const [baseUrl, setBaseUrl] = useState("");
  const [key, setKey] = useState("");
  const [appId, setAppId] = useState("");
  const connect = useChange(async () => {
    const done = await call<{ name: string }>("POST", "/api/connections/ghl", {
      name: name.trim(),
      location_id: location.trim(),
      token: token.trim(),
      mode,
      base_url: baseUrl.trim() || null,
      webhook_key_pem: key.trim() || null,
      app_id: appId.trim() || null,
    });
    onConnected(done.name);
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        connect.mutate(undefined);
      }}
    >
      <Stack>
        <HowTo mode={mode} />
        <TextInput
          label="Your name for it"
          description="Short; it stands wherever this account is shown."
          placeholder="shop"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Location id"
          description="In HighLevel under Settings → Business Profile, or in the browser’s address after /location/."
          required
          autoComplete="off"
          spellCheck={false}
          value={location}
          onChange={(event) => setLocation(event.currentTarget.value)}
        />
        <PasswordInput
          label="Private integration token"
          description="Begins with pit-. HighLevel shows it once; here it is stored encrypted and never shown again."
          required
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <ModeAndAddress mode={mode} setMode={setMode} baseUrl={baseUrl} setBaseUrl={setBaseUrl}>
          <TextInput
            label="Only webhooks of this marketplace app"
            description="The app’s id, where several apps send webhooks of this location."
            value={appId}
            onChange={(event) => setAppId(event.currentTarget.value)}
          />
          <Textarea
            label="Public key of another webhook sender (PEM)"
            autosize
            minRows={2}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
        </ModeAndAddress>
        {connect.error ? <Failed error={connect.error} /> : null}
        <Group>
          <Button type="submit" loading={connect.isPending}>
            Try it and connect
          </Button>
          <Text size="xs" c="dimmed">
            It is tried first; nothing is stored unless HighLevel lets us in.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function HowTo({ mode }: { mode: Mode }) {
  const setup = useSignInSetup(mode);
  return (
    <Stack gap="xs">
      <List type="ordered" size="sm" spacing={4}>
        <List.Item>
          In HighLevel, switch to the location and open <b>Settings → Private Integrations</b>.
        </List.Item>
        <List.Item>
          Press <b>Create new integration</b> and call it <Code>orderbridge</Code>.
        </List.Item>
        <List.Item>Tick the scopes below, create it, and copy the token that is shown once.</List.Item>
      </List>
      <Asked query={setup}>{(data) => <Copied label="Scopes to tick" value={data.scopes.join("\n")} />}</Asked>
      <Text size="xs" c="dimmed">
        A flow that you switch on later may need more; the checks of this connection name them, and the token stays the same.
      </Text>
    </Stack>
  );
}
