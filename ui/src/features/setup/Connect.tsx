import { Button, Group, NativeSelect, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useHome } from "../../api/queries";
import { ConnectionBadge } from "../../components/badges";
import ActForm from "../connections/ActForm";
import HighLevelForm from "../connections/HighLevelForm";
import type { Choices, Standing } from "./progress";
import { useSandbox } from "./queries";

export function Connect({ system, at, choose, goOn }: { system: "ghl" | "act"; at: Standing; choose: (more: Choices) => void; goOn: () => void }) {
  const home = useHome();
  const sandbox = useSandbox().data;
  const [another, setAnother] = useState(false);
  const title = system === "ghl" ? "HighLevel" : "Act!";
  const chosen = system === "ghl" ? at.highlevel : at.act;
  const take = (name: string) => choose(system === "ghl" ? { highlevel: name } : { act: name });
  if (at.way === "sandbox") {
    return (
      <Stack>
        <Text size="sm">The sandbox’s own account is connected: {chosen?.name ?? "it does not run"}.</Text>
        <Group>
          <Button onClick={goOn}>Go on</Button>
        </Group>
      </Stack>
    );
  }
  const ours = [sandbox?.connections?.highlevel, sandbox?.connections?.act];
  const fitting = (home.data?.connections ?? []).filter(
    (item) => item.system === system && !ours.includes(item.name) && (system === "ghl" || item.mode === at.highlevel?.mode),
  );
  const elsewhere = system === "act" && fitting.length === 0 && at.highlevel !== null;
  const Form = system === "ghl" ? HighLevelForm : ActForm;
  return (
    <Stack>
      {fitting.length > 0 && chosen ? (
        <>
          <Group align="flex-end">
            <NativeSelect
              label={`${title} account to set up`}
              value={chosen.name}
              data={fitting.map((item) => ({ value: item.name, label: `${item.name} (${item.mode})` }))}
              onChange={(event) => take(event.currentTarget.value)}
            />
            <ConnectionBadge value={chosen.state} />
          </Group>
          <Group>
            <Button onClick={goOn}>Go on with {chosen.name}</Button>
            {another ? null : (
              <Button variant="default" onClick={() => setAnother(true)}>
                Connect another account
              </Button>
            )}
          </Group>
        </>
      ) : null}
      {fitting.length === 0 || another ? (
        <>
          {elsewhere ? (
            <Text size="sm">
              {at.highlevel?.name} is a {at.highlevel?.mode} account, so connect a {at.highlevel?.mode} account of Act! too: live and test are never joined.
            </Text>
          ) : null}
          <Form defaultName={system === "ghl" ? "highlevel" : "act"} onConnected={take} />
        </>
      ) : null}
    </Stack>
  );
}
