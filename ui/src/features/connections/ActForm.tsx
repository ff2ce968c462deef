import { Alert, Button, Group, List, PasswordInput, SegmentedControl, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { Advice } from "../../components/Advice";
import { Asked, Failed } from "../../components/states";
import { ModeAndAddress } from "./ModeAndAddress";
import { useActSetup } from "./queries";
import type { ActSetup, Mode } from "./types";

interface Connected {
  name: string;
  found: string;
  notes: string[];
}

/** Connects an Act! database. */
export default function ActForm({ defaultName, onConnected }: { defaultName?: string; onConnected: (name: string) => void }) {
  const setup = useActSetup();
  const [cloud, setCloud] = useState(true);
  const [region, setRegion] = useState<string | null>(null);
  const [own, setOwn] = useState("");
  const [name, setName] = useState(defaultName ?? "");
  const [database, setDatabase] = useState("");
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [currency, setCurrency] = useState("");
  const [process, setProcess] = useState("");
  const [country, setCountry] = useState("US");
  const [negative, setNegative] = useState(true);
  const [mode, setMode] = useState<Mode>("live");
  const [connected, setConnected] = useState<Connected | null>(null);
  const connect = useChange(async () => {
    const done = await call<Connected>("POST", "/api/connections/act", {
      name: name.trim(),
      url: cloud ? (region ?? "") : own.trim(),
      database: database.trim(),
      user: user.trim(),
      password,
      currency: currency.trim() || null,
      process: process.trim() || null,
      negative_prices: negative,
      region: country.trim(),
      mode,
    });
    // What should be read once is read before going on.
    if (done.notes.length > 0) setConnected(done);
    else onConnected(done.name);
  });
  if (connected) return <Known connected={connected} onConnected={onConnected} />;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        connect.mutate(undefined);
      }}
    >
      <Stack>
        <div>
          <Text size="sm" fw={600} id="where-act" mb={4}>
            Where is Act!?
          </Text>
          <SegmentedControl
        fullWidth
        styles={{ label: { whiteSpace: "normal" } }}
            aria-labelledby="where-act"
            value={cloud ? "cloud" : "own"}
            onChange={(value) => setCloud(value === "cloud")}
            data={[
              { value: "cloud", label: "Act! Premium Cloud" },
              { value: "own", label: "A server of your own" },
            ]}
          />
        </div>
        <Asked query={setup}>
          {(data) => (
            <Stack>
              {cloud ? (
                <Select
                  label="Region of the account"
                  description="The one that you chose when Act! was bought; its address is taken from it."
                  required
                  data={data.regions.map((item) => ({ value: item.url, label: `${item.name} (${item.host})` }))}
                  value={region}
                  onChange={setRegion}
                />
              ) : (
                <TextInput
                  label="Address of the Web API"
                  description="Ends in /act.web.api: open it in a browser, and Act!’s own description of the Web API appears."
                  placeholder="https://act.example.com/act.web.api"
                  required
                  autoComplete="off"
                  spellCheck={false}
                  value={own}
                  onChange={(event) => setOwn(event.currentTarget.value)}
                />
              )}
              <Rights setup={data} />
            </Stack>
          )}
        </Asked>
        <TextInput
          label="Your name for it"
          description="Short; it stands wherever this account is shown."
          placeholder="office"
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Database"
          description="Its name as Act! shows it in the title of its window."
          required
          autoComplete="off"
          spellCheck={false}
          value={database}
          onChange={(event) => setDatabase(event.currentTarget.value)}
        />
        <TextInput
          label="User"
          description={cloud ? "The e-mail address that it signs in with." : "The user’s name in this database."}
          required
          autoComplete="off"
          spellCheck={false}
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          description="Stored encrypted and never shown again."
          required
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group grow align="flex-start" preventGrowOverflow={false}>
          <TextInput
            label="Currency of its amounts"
            description="Such as USD."
            maxLength={3}
            value={currency}
            onChange={(event) => setCurrency(event.currentTarget.value)}
          />
          <TextInput
            label="Country of phone numbers"
            description="Of those typed without one, such as US."
            required
            maxLength={2}
            value={country}
            onChange={(event) => setCountry(event.currentTarget.value)}
          />
        </Group>
        <TextInput
          label="Sales process for opportunities"
          description="Left empty, it is the first active one."
          value={process}
          onChange={(event) => setProcess(event.currentTarget.value)}
        />
        <Switch
          label="Line items may have a negative price"
          description="Where Act! refuses those, switch it off: discounts then go into the prices."
          checked={negative}
          onChange={(event) => setNegative(event.currentTarget.checked)}
        />
        <ModeAndAddress mode={mode} setMode={setMode} />
        {connect.error ? <Failed error={connect.error} /> : null}
        <Group>
          <Button type="submit" loading={connect.isPending}>
            Try it and connect
          </Button>
          <Text size="xs" c="dimmed">
            It is tried first; nothing is stored unless Act! lets us in.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

function Rights({ setup }: { setup: ActSetup }) {
  return (
    <Stack gap={4}>
      <Text size="sm">
        Make a user of its own for orderbridge in Act! (<b>Tools → Manage Users</b>), with the role Manager and these permissions:
      </Text>
      <List size="sm" spacing={2}>
        {setup.permissions.map((item) => (
          <List.Item key={item.permission}>
            <b>{item.permission}</b>: {item.allows}
            {item.needed === "sometimes" ? " (not needed all the time)" : ""}
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function Known({ connected, onConnected }: { connected: Connected; onConnected: (name: string) => void }) {
  return (
    <Alert color="green" role="status" title={`‘${connected.name}’ is connected`}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{connected.found}</Text>
        {connected.notes.map((note) => (
          <Text size="sm" key={note}>
            <Advice>{note}</Advice>
          </Text>
        ))}
        <Button size="xs" onClick={() => onConnected(connected.name)}>
          Go on
        </Button>
      </Stack>
    </Alert>
  );
}
