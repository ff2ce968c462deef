import { Button, Group, NumberInput, Paper, Radio, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { callExact } from "../../api/client";
import { useChange } from "../../api/queries";
import { Advice } from "../../components/Advice";
import { Json } from "../../components/Json";
import { Failed, Nothing } from "../../components/states";
import { flowPath, type Flow, type Trial, type TriedStep } from "./queries";
import type { FlowDefinition, JsonObject } from "./types";

const OUTCOMES: Record<string, string> = {
  done: "It would be done",
  nothing: "There would be nothing to do",
  held: "A person would have to look",
  waits: "It would wait",
  fails: "The flow has to be corrected",
  not_now: "An account could not be asked now",
};

/** What the flow would do, as it stands here, with what has really happened: it reads, and writes nothing. */
export function TestPanel({ flow, definition, tried, onTried }: { flow: Flow; definition: FlowDefinition; tried: Trial | null; onTried: (trial: Trial) => void }) {
  const [on, setOn] = useState("recent");
  const [recent, setRecent] = useState<number | string>(3);
  const [event, setEvent] = useState("");
  const [kind, setKind] = useState("order");
  const [record, setRecord] = useState("");
  const trial = useChange(async (wish: JsonObject) => {
    const found = await callExact<Trial>("POST", `${flowPath(flow.name)}/try`, { definition, source: flow.source, target: flow.target, ...wish });
    // It is there still when somebody comes back to this tab, and fills the samples of the others.
    onTried(found);
  });
  const ready = on === "recent" ? Number(recent) > 0 : on === "event" ? event.trim() : on === "record" ? kind.trim() && record.trim() : true;
  const go = () =>
    trial.mutate(
      on === "recent"
        ? { recent: Number(recent) }
        : on === "event"
          ? { event: event.trim() }
          : on === "record"
            ? { record: { kind: kind.trim(), id: record.trim() } }
            : { sample: true },
    );
  return (
    <Stack gap="sm">
      <Text size="xs" c="dimmed">
        Shows what the flow would do as it stands here. It reads both accounts and writes nothing.
      </Text>
      <Radio.Group label="Try it with" value={on} onChange={setOn}>
        <Stack gap={6} mt={4}>
          <Radio value="recent" label="the records that changed last" />
          <Radio value="event" label="an event that came in" />
          <Radio value="record" label="a certain record, as it is now" />
          <Radio value="sample" label="a sample" />
        </Stack>
      </Radio.Group>
      {on === "recent" ? <NumberInput label="How many" min={1} max={20} value={recent} onChange={setRecent} allowDecimal={false} /> : null}
      {on === "event" ? <TextInput label="Id of the event" description="Or its beginning; a run’s page names it." value={event} onChange={(typed) => setEvent(typed.currentTarget.value)} /> : null}
      {on === "record" ? (
        <SimpleGrid cols={2}>
          <TextInput label="Kind" description="order, contact …" value={kind} onChange={(typed) => setKind(typed.currentTarget.value)} />
          <TextInput label="Id" description="In the account itself." value={record} onChange={(typed) => setRecord(typed.currentTarget.value)} />
        </SimpleGrid>
      ) : null}
      <Group>
        <Button size="xs" loading={trial.isPending} disabled={!ready} onClick={go}>
          Test it
        </Button>
      </Group>
      {trial.error ? <Failed error={trial.error} /> : null}
      {tried ? (
        <>
          <Results trial={tried} />
          {tried.results.length > 0 ? (
            <Text size="xs" c="dimmed">
              What it found is under ‘Selected’ now: the values of the event, and what each step gave.
            </Text>
          ) : null}
        </>
      ) : null}
    </Stack>
  );
}

function Results({ trial }: { trial: Trial }) {
  if (trial.results.length === 0) return <Nothing title="Nothing to try it with">No such change has come in yet. Take a sample, or name a record.</Nothing>;
  return (
    <Stack gap="xs" role="region" aria-label="What would happen">
      {trial.results.map((result) => (
        <Paper withBorder p="xs" key={result.event.id}>
          <Text size="sm" fw={600}>
            {OUTCOMES[result.outcome] ?? result.outcome}
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {result.event.kind} {result.event.record_id}, {result.event.type}
          </Text>
          {result.starts ? null : <Text size="xs">This change would not start the flow; it is shown all the same.</Text>}
          {result.reason ? <Text size="sm"><Advice>{result.reason}</Advice></Text> : null}
          {result.because.map((why) => (
            <Text size="xs" key={why}>
              <Advice>{why}</Advice>
            </Text>
          ))}
          {result.steps.map((step) => (
            <TriedShown key={step.path} step={step} />
          ))}
        </Paper>
      ))}
    </Stack>
  );
}

function TriedShown({ step }: { step: TriedStep }) {
  return (
    <details>
      <summary>
        <Text span size="sm">
          <b>{step.path}</b>: {step.state}
          {step.effects.length > 0 ? `, ${step.effects.length} ${step.effects.length === 1 ? "change" : "changes"} over there` : ""}
        </Text>
      </summary>
      <Stack gap={4} pl="sm">
        {step.says ? <Text size="sm"><Advice>{step.says}</Advice></Text> : null}
        {step.because.map((why) => (
          <Text size="xs" key={why}>
            <Advice>{why}</Advice>
          </Text>
        ))}
        {step.effects.length > 0 ? (
          <>
            <Text size="xs" fw={600}>What would differ</Text>
            <Json value={step.effects} label={`What ${step.path} would change`} />
          </>
        ) : null}
        {step.input !== null ? (
          <>
            <Text size="xs" fw={600}>Input</Text>
            <Json value={step.input} label={`Input of ${step.path}`} />
          </>
        ) : null}
        {step.output !== null && step.output !== undefined ? (
          <>
            <Text size="xs" fw={600}>{step.assumed ? "Output, in its shape only" : "Output"}</Text>
            <Json value={step.output} label={`Output of ${step.path}`} />
          </>
        ) : null}
      </Stack>
    </details>
  );
}
