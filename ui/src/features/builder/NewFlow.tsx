import { Alert, Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import { call } from "../../api/client";
import { useChange, useHome } from "../../api/queries";
import { Asked, Failed, Nothing } from "../../components/states";
import { Catalogue } from "./Catalogue";
import type { Draft } from "./queries";
import { SYSTEMS } from "./words";

/** A flow's name, made of its title: it stands in files and addresses and does not change. */
export function nameOf(title: string, taken: string[]): string {
  const base = title.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^[^a-z]+|-+$/g, "") || "flow";
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

export function NewFlow({ taken }: { taken: string[] }) {
  const home = useHome();
  return (
    <Asked query={home}>
      {({ connections }) =>
        connections.length === 0 ? (
          <Nothing title="There is no account to work with yet">Connect HighLevel and Act! first; a flow works between two of them.</Nothing>
        ) : (
          <Form taken={taken} connections={connections} />
        )
      }
    </Asked>
  );
}

function Form({ taken, connections }: { taken: string[]; connections: { name: string; system: string }[] }) {
  const [, go] = useLocation();
  const first = (system: string) => connections.find((one) => one.system === system)?.name ?? null;
  const [title, setTitle] = useState("");
  const [trigger, setTrigger] = useState<{ ref: string; title: string } | null>(null);
  const [source, setSource] = useState(first("ghl"));
  const [target, setTarget] = useState(first("act"));
  const name = nameOf(title, taken);
  const begin = useChange(async () => {
    const draft = await call<Draft>("POST", "/api/flows", { definition: { flow: name, title: title.trim(), trigger: trigger?.ref, steps: [] }, source, target });
    go(`/flows/${encodeURIComponent(draft.flow_id)}`);
  });
  const data = connections.map((one) => ({ value: one.name, label: `${one.name} (${SYSTEMS[one.system] ?? one.system})` }));
  const pick = (ref: string, words: string, system: string | null) => {
    setTrigger({ ref, title: words });
    // What starts it is of one system; the flow then goes from there to the other.
    if (system === "act" || system === "ghl") {
      setSource(first(system));
      setTarget(first(system === "act" ? "ghl" : "act") ?? first(system));
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() && trigger && source && target) begin.mutate(undefined);
      }}
    >
      <Stack>
        <TextInput label="Title" description={`In a few words what it does. It is called ‘${name}’ in files.`} value={title} onChange={(event) => setTitle(event.currentTarget.value)} data-autofocus />
        {trigger ? (
          <Alert color="gray" title="What starts it">
            <Group justify="space-between">
              <Text size="sm">
                {trigger.title} ({trigger.ref})
              </Text>
              <Button size="xs" variant="default" onClick={() => setTrigger(null)}>
                Choose another
              </Button>
            </Group>
          </Alert>
        ) : (
          <Catalogue kind="trigger" onPick={(choice) => pick(choice.key, choice.title, choice.system)} />
        )}
        <Group grow align="flex-start">
          <Select label="From" description="Whose changes start it." data={data} value={source} onChange={setSource} allowDeselect={false} />
          <Select label="To" description="Where it works." data={data} value={target} onChange={setTarget} allowDeselect={false} />
        </Group>
        {begin.error ? <Failed error={begin.error} /> : null}
        <Group justify="flex-end">
          <Button type="submit" loading={begin.isPending} disabled={!title.trim() || !trigger || !source || !target}>
            Begin it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
