import { Paper, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { useOwner } from "../../app/me";
import { Nothing } from "../../components/states";
import ActForm from "./ActForm";
import HighLevelForm from "./HighLevelForm";
import { pageOf } from "./types";

export default function NewConnection() {
  const owner = useOwner();
  const [, go] = useLocation();
  const [system, setSystem] = useState("ghl");
  const done = (name: string) => go(pageOf(name));
  return (
    <Stack maw={720}>
      <Title order={1} size="h3">
        Connect an account
      </Title>
      {owner ? (
        <>
          <div>
            <Text size="sm" fw={600} id="which-system" mb={4}>
              Which one?
            </Text>
            <SegmentedControl
              aria-labelledby="which-system"
              value={system}
              onChange={setSystem}
              data={[
                { value: "ghl", label: "HighLevel" },
                { value: "act", label: "Act!" },
              ]}
            />
          </div>
          {/* Both stay: whoever looks at the other one finds again what was typed here. */}
          <div hidden={system !== "ghl"}>
            <Paper withBorder p="md">
              <HighLevelForm onConnected={done} />
            </Paper>
          </div>
          <div hidden={system !== "act"}>
            <Paper withBorder p="md">
              <ActForm onConnected={done} />
            </Paper>
          </div>
        </>
      ) : (
        <Nothing title="An owner connects accounts">You can look at those that are connected, under Connections.</Nothing>
      )}
    </Stack>
  );
}
