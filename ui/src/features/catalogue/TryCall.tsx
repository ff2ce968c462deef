import { Alert, Button, Checkbox, Group, Paper, Select, Stack, Tabs, Text, Textarea, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { callExact, Problem } from "../../api/client";
import { decode, encode } from "../../api/exact";
import { useHome } from "../../api/queries";
import { Confirm } from "../../components/Confirm";
import { Json } from "../../components/Json";
import { Failed } from "../../components/states";
import { problemIn } from "../runs/input";
import { InputForm } from "./form/InputForm";
import type { Values } from "./form/shapes";
import type { Effect, Operation } from "./types";
import { callable, EFFECTS, NEEDS_CONSENT, SYSTEMS } from "./words";

interface Previewed {
  operation: string;
  effects: Effect[];
  would_write: unknown;
  output: unknown;
}

/** One call by hand: first what it would do, then, where no real business is at stake, the call itself. */
export function TryCall({ operation }: { operation: Operation }) {
  const home = useHome();
  const connections = home.data?.connections ?? [];
  const mine = operation.system === "core" ? [] : connections.filter((item) => item.system === operation.system);
  const [chosen, choose] = useState<string | null>(null);
  const connection = mine.find((item) => item.name === chosen) ?? (mine.length === 1 ? mine[0] : undefined);
  // An operation of ours may write through any connection.
  const modes = operation.system === "core" ? connections.map((item) => item.mode) : connection ? [connection.mode] : ["live"];
  const draft = `try ${operation.id}`;
  const [text, setText] = useState(() => sessionStorage.getItem(draft) ?? encode(operation.example, 2));
  const [tab, setTab] = useState<string | null>("form");
  // The form begins anew where all of it is replaced.
  const [fresh, renew] = useState(0);
  const [agreed, agree] = useState<Effect[]>([]);
  const wrong = problemIn(text);
  const place = operation.system === "core" || !connection ? {} : { [operation.system]: connection.name };
  const path = `/api/operations/${encodeURIComponent(operation.id)}/call`;
  const preview = useMutation({
    mutationFn: async () => ({
      found: await callExact<Previewed>("POST", path, { input: decode(text), ...place, preview: true }),
      // Named once for each preview: sent a second time it does nothing twice.
      id: crypto.randomUUID(),
    }),
    onSuccess: () => {
      agree([]);
      really.reset();
    },
  });
  const really = useMutation({
    mutationFn: (id: string) => callExact<unknown>("POST", path, { input: decode(text), ...place, allow: agreed, call_id: id }),
  });
  const failed = preview.error ?? really.error;
  const refused = useMemo(() => new Map(failed instanceof Problem ? failed.problems.map((one) => [one.place, one.message]) : []), [failed]);
  const change = (next: string) => {
    setText(next);
    sessionStorage.setItem(draft, next);
    preview.reset();
    really.reset();
  };
  const reads = operation.effects.every((effect) => effect === "reads");
  const may = callable(operation.effects, modes);
  const ready = wrong === null && (operation.system === "core" || connection !== undefined);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="try">
      <Title order={2} size="h5" id="try" mb="xs">
        Try a call
      </Title>
      <Stack gap="sm">
        {operation.system !== "core" && mine.length === 0 ? (
          <Text size="sm">There is no {SYSTEMS[operation.system]} connection yet; connect one first.</Text>
        ) : null}
        {mine.length > 1 ? (
          <Select
            label="Connection"
            data={mine.map((item) => ({ value: item.name, label: `${item.name} (${item.mode})` }))}
            value={chosen}
            onChange={(value) => {
              choose(value);
              preview.reset();
              really.reset();
            }}
            maw={320}
          />
        ) : connection ? (
          <Text size="sm">
            On ‘{connection.name}’ ({connection.mode}).
          </Text>
        ) : null}
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="form">Form</Tabs.Tab>
            <Tabs.Tab value="json">JSON</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="form">
            {wrong === null ? (
              <InputForm
                key={fresh}
                schema={operation.input_schema}
                value={decode(text) as Values}
                change={(next) => change(encode(next, 2))}
                wrong={refused}
                picks={operation.choices}
                origins={{ [operation.system]: connection?.name }}
              />
            ) : (
              <Text size="sm">The JSON cannot be read yet, so it cannot be shown as a form: {wrong}</Text>
            )}
          </Tabs.Panel>
          <Tabs.Panel value="json">
            <Textarea
              label="Input, in JSON"
              autosize
              minRows={4}
              maxRows={24}
              value={text}
              error={wrong}
              onChange={(event) => change(event.currentTarget.value)}
              styles={{ input: { fontFamily: "monospace" } }}
            />
          </Tabs.Panel>
        </Tabs>
        <Group gap="xs">
          {reads && may === "reads live" ? (
            <Confirm
              label="Read it"
              title="Read from the live account?"
              text={`It changes nothing there. It costs calls of the account's budget: ${operation.calls}.`}
              action="Read it"
              disabled={!ready}
              onYes={() => preview.mutate()}
            />
          ) : (
            <Button size="xs" disabled={!ready} loading={preview.isPending} onClick={() => preview.mutate()}>
              {reads ? "Read it" : "Show what it would write"}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => {
              change(encode(operation.example, 2));
              renew(fresh + 1);
            }}
          >
            Back to the example
          </Button>
        </Group>
        {preview.error ? <Failed error={preview.error} /> : null}
        {preview.data ? (
          <Result found={preview.data.found}>
            {reads ? null : may === "preview only" ? (
              <Text size="sm">This connection is live: from here it is only looked at. A flow makes the call, or a program through the HTTP API.</Text>
            ) : (
              <Really
                effects={preview.data.found.effects}
                agreed={agreed}
                agree={agree}
                busy={really.isPending}
                done={really.isSuccess}
                go={() => really.mutate(preview.data.id)}
              />
            )}
          </Result>
        ) : null}
        {really.error ? <Failed error={really.error} /> : null}
        {really.isSuccess ? (
          <Alert color="green" role="status" title="It was called">
            <Json value={really.data} label="What it gave" />
          </Alert>
        ) : null}
      </Stack>
    </Paper>
  );
}

function Result({ found, children }: { found: Previewed; children: React.ReactNode }) {
  return (
    <Stack gap="xs" role="status" aria-label="Result">
      {found.output !== null ? (
        <>
          <Text size="sm" fw={600}>What it gives</Text>
          <Json value={found.output} label="What it gives" />
        </>
      ) : found.would_write !== null ? (
        <>
          <Text size="sm" fw={600}>What it would write first</Text>
          <Json value={found.would_write} label="What it would write" />
        </>
      ) : (
        <Text size="sm">It would write nothing: everything is so already.</Text>
      )}
      {children}
    </Stack>
  );
}

function Really({
  effects, agreed, agree, busy, done, go,
}: {
  effects: Effect[];
  agreed: Effect[];
  agree: (next: Effect[]) => void;
  busy: boolean;
  done: boolean;
  go: () => void;
}) {
  const asked = effects.filter((effect) => NEEDS_CONSENT.includes(effect));
  const missing = asked.some((effect) => !agreed.includes(effect));
  return (
    <Stack gap="xs">
      {asked.map((effect) => (
        <Checkbox
          key={effect}
          label={`I agree that it ${EFFECTS[effect]}.`}
          checked={agreed.includes(effect)}
          onChange={(event) => agree(event.currentTarget.checked ? [...agreed, effect] : agreed.filter((item) => item !== effect))}
        />
      ))}
      <Group gap="xs">
        <Button size="xs" color="orange.9" disabled={missing || done} loading={busy} onClick={go}>
          Really call it
        </Button>
        <Text size="xs" c="dimmed">
          In an account without real business. The call is written down and proved like a step of a flow.
        </Text>
      </Group>
    </Stack>
  );
}
