import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { SignInForm } from "./SignInForm";
import { TokenForm } from "./TokenForm";

/** Connects a HighLevel location, in either of the two ways that HighLevel has. */
export default function HighLevelForm({ defaultName, onConnected }: { defaultName?: string; onConnected: (name: string) => void }) {
  const [way, setWay] = useState("token");
  const [name, setName] = useState(defaultName ?? "");
  return (
    <Stack>
      <div>
        <Text size="sm" fw={600} id="way-to-highlevel" mb={4}>
          How shall HighLevel let us in?
        </Text>
        <SegmentedControl
        fullWidth
        styles={{ label: { whiteSpace: "normal" } }}
          aria-labelledby="way-to-highlevel"
          value={way}
          onChange={setWay}
          data={[
            { value: "token", label: "Private integration token" },
            { value: "app", label: "Sign in with an app" },
          ]}
        />
        <Text size="sm" c="dimmed" mt={4}>
          {way === "token"
            ? "The short way, for one location: you make a token in HighLevel and paste it here."
            : "With a marketplace app of your own: its webhooks bring every change at once, and tokens renew themselves."}
        </Text>
      </div>
      {/* Both stay where they are: what was typed into the one is there when somebody comes back to it. */}
      <div hidden={way !== "token"}>
        <TokenForm name={name} setName={setName} onConnected={onConnected} />
      </div>
      <div hidden={way !== "app"}>
        <SignInForm name={name} setName={setName} onConnected={onConnected} />
      </div>
    </Stack>
  );
}
