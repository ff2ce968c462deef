import { Anchor, Button, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange, useRun } from "../../api/queries";
import type { Run, Step } from "../../api/types";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Back } from "../../components/Back";
import { RunBadge, VerdictBadge } from "../../components/badges";
import { Confirm } from "../../components/Confirm";
import { Folded } from "../../components/Folded";
import { isCut, Json } from "../../components/Json";
import { Moment, shownLength } from "../../components/moment";
import { asText, Money } from "../../components/money";
import { Asked, Failed } from "../../components/states";
import { Term } from "../../components/Term";
import { Written } from "../../components/Written";
import { Calls, CallsKept } from "./Calls";
import { EditInput } from "./EditInput";
import { useRunCalls, type AttemptCalls } from "./exchanges";
import { orderOf } from "./lanes";
import { OnceMore } from "./OnceMore";
import { RunTimeline } from "./RunTimeline";

const NONE: AttemptCalls[] = [];
/** So many steps are drawn at once; a list that is worked through item by item makes more. */
const STEPS = 50;

export default function RunPage({ id }: { id: string }) {
  const run = useRun(id);
  const calls = useRunCalls(id);
  const attempts = calls.data?.attempts ?? NONE;
  return (
    <Stack>
      <Back to="/activity">All runs</Back>
      <Asked query={run} title="Run">
        {(data) => (
          <>
            <Head run={data} />
            {calls.error ? <Failed error={calls.error} again={() => void calls.refetch()} /> : null}
            <Steps run={data} attempts={attempts} />
            {calls.data ? <CallsKept calls={calls.data} /> : null}
            <RunTimeline run={data} attempts={attempts} />
            <Receipts run={data} />
            <Cause run={data} />
            <Others run={data} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Steps({ run, attempts }: { run: Run; attempts: AttemptCalls[] }) {
  const [all, showAll] = useState(false);
  // What stopped comes first where there are very many.
  const steps = run.steps.length > STEPS ? [...run.steps.filter((step) => step.error), ...run.steps.filter((step) => !step.error)] : run.steps;
  const shown = all ? steps : steps.slice(0, STEPS);
  return (
    <>
      {shown.map((step) => (
        // Opened by itself once it is known that a call of it failed.
        <OneStep key={step.path} step={step} attempts={attempts.filter((item) => item.step === step.path)} />
      ))}
      {shown.length < steps.length ? (
        <Group>
          <Button size="xs" variant="default" onClick={() => showAll(true)}>
            Show all {steps.length.toLocaleString()} steps
          </Button>
        </Group>
      ) : null}
    </>
  );
}

function Head({ run }: { run: Run }) {
  const order = orderOf(run.lane);
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Title order={1} size="h3">
          {run.flow ?? "A deleted flow"}
        </Title>
        <RunBadge value={run.state} />
      </Group>
      <Text size="sm" c="dimmed">
        <Term word="run">run</Term> <Code>{run.id}</Code>, version {run.flow_version}, begun <Moment at={run.started_at} />
        {run.finished_at ? <>, ended <Moment at={run.finished_at} /></> : null}
      </Text>
      {order ? (
        <Text size="sm">
          For{" "}
          <Anchor component={Link} href={`/orders/${encodeURIComponent(order)}`} size="sm">
            order …{order.slice(-8)}
          </Anchor>
        </Text>
      ) : null}
      {run.reason ? (
        <Paper withBorder p="sm">
          <Text size="sm"><Advice>{run.reason}</Advice></Text>
          {run.held_amount !== null && run.held_currency ? (
            <Text size="sm">
              It holds <Money amount={asText(run.held_amount)} currency={run.held_currency} />.
            </Text>
          ) : null}
        </Paper>
      ) : null}
      <Actions run={run} />
    </Stack>
  );
}

function Actions({ run }: { run: Run }) {
  const owner = useOwner();
  const [onceMore, setOnceMore] = useState(false);
  const [editing, setEditing] = useState(false);
  const resume = useChange((input: unknown) =>
    call<{ run: string }>("POST", `/api/runs/${run.id}/resume`, input === undefined ? {} : { input }),
  );
  const cancel = useChange(() => call("POST", `/api/runs/${run.id}/cancel`, { reason: "cancelled on the page" }));
  if (!owner) return null;
  const stopped = run.state === "dead";
  const open = run.state === "waiting" || run.state === "running";
  const failed = resume.error ?? cancel.error;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {stopped ? (
          <>
            <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate(undefined)}>
              Go on from the failed step
            </Button>
            <Button size="xs" variant="default" onClick={() => setEditing(true)}>
              Go on with other input
            </Button>
          </>
        ) : null}
        {open ? null : (
          <Button size="xs" variant="default" onClick={() => setOnceMore(true)}>
            Once more …
          </Button>
        )}
        {stopped || open ? (
          <Confirm
            label="End it for good"
            title="End this run for good?"
            text="What it has written already stays as it is; what it had not done yet will not be done. It leaves the list of what needs a person."
            action="End it"
            onYes={() => cancel.mutate(undefined)}
          />
        ) : null}
      </Group>
      <Text size="xs" c="dimmed">
        A step that succeeded is not done again when a run goes on, and every write looks first at what is there.
      </Text>
      {failed ? <Failed error={failed} /> : null}
      <OnceMore run={run} opened={onceMore} close={() => setOnceMore(false)} />
      {editing ? (
        <EditInput
          step={run.steps.find((step) => step.state !== "done" && step.error) ?? run.steps.at(-1)}
          busy={resume.isPending}
          onCancel={() => setEditing(false)}
          onGo={(input) => resume.mutate(input, { onSuccess: () => setEditing(false) })}
        />
      ) : null}
    </Stack>
  );
}

function OneStep({ step, attempts }: { step: Step; attempts: AttemptCalls[] }) {
  const latest = attempts.at(-1);
  return (
    <Paper withBorder p="sm" component="section" aria-label={`Step ${step.path}`}>
      <Group gap="xs">
        <Text fw={600} size="sm">
          {step.path}
        </Text>
        <Code>{step.action}</Code>
        <RunBadge value={step.state === "failed" ? "dead" : step.state} />
        {step.took_s !== null ? (
          <Text size="xs" c="dimmed">
            {shownLength(step.took_s)}
          </Text>
        ) : null}
      </Group>
      {step.error ? <Text size="sm"><Advice>{step.error}</Advice></Text> : null}
      {latest ? <Calls key={`${latest.attempt}/${latest.kept_at}`} attempt={latest} /> : null}
      <Folded summary="input and output">
        {() => (
          <SimpleGrid cols={{ base: 1, sm: 2 }} mt={4}>
            <div>
              <Text size="xs" fw={600}>Input</Text>
              <Json value={step.input} label={`Input of ${step.path}`} />
            </div>
            <div>
              <Text size="xs" fw={600}>Output</Text>
              <Json value={step.output} label={`Output of ${step.path}`} />
            </div>
          </SimpleGrid>
        )}
      </Folded>
      {step.failed_attempts.length > 0 ? (
        <Folded summary={step.failed_attempts.length === 1 ? "a failed attempt" : `${step.failed_attempts.length} failed attempts`}>
          {() =>
            step.failed_attempts.map((item) => {
              const earlier = attempts.find((one) => one.attempt === item.attempt && one !== latest);
              return (
                <div key={item.attempt}>
                  <Text size="sm">
                    <Moment at={item.last_at} />: <Advice>{item.error}</Advice>
                    {item.times > 1 ? (
                      <>
                        {" "}
                        ({item.times} times since <Moment at={item.first_at} />)
                      </>
                    ) : null}
                  </Text>
                  {earlier ? <Calls attempt={earlier} /> : null}
                </div>
              );
            })
          }
        </Folded>
      ) : null}
    </Paper>
  );
}

function Receipts({ run }: { run: Run }) {
  if (run.receipts.length === 0) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="receipts">
      <Title order={2} size="h5" id="receipts" mb="xs">
        Writes, read back
      </Title>
      <Stack gap="xs">
        {run.receipts.map((item) => (
          <div key={item.intent_id}>
            <Group gap="xs">
              <VerdictBadge value={item.verdict} />
              <Text size="sm" fw={600}>
                {item.kind.replace("_", " ")}
              </Text>
              {item.target_id ? <Code>{item.target_id}</Code> : null}
            </Group>
            <Written sent={item.sent} readBack={item.read_back} differences={item.differences} />
          </div>
        ))}
      </Stack>
    </Paper>
  );
}

function Cause({ run }: { run: Run }) {
  if (!run.event) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="cause">
      <Title order={2} size="h5" id="cause" mb="xs">
        What set it off
      </Title>
      <Text size="sm">
        {run.event.type}, {run.event.kind} <Code>{run.event.record_id}</Code>, revision {run.event.revision}, by {run.event.source}{" "}
        at <Moment at={run.event.accepted_at} />
      </Text>
      <Folded summary="the record as it was read">{() => <Json value={run.event?.state} label="The record" />}</Folded>
      {[run.event.state, ...run.steps.flatMap((step) => [step.input, step.output])].some(isCut) ? (
        <Anchor href={`/api/runs/${encodeURIComponent(run.id)}`} download={`run-${run.id.slice(0, 12)}.json`} size="sm">
          Download the whole run, as JSON
        </Anchor>
      ) : null}
    </Paper>
  );
}

function Others({ run }: { run: Run }) {
  if (run.other_runs.length === 0) return null;
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="others">
      <Title order={2} size="h5" id="others" mb="xs">
        Other runs for the same change
      </Title>
      {run.other_runs.map((item) => (
        <Group key={item.id} gap="xs">
          <Anchor component={Link} href={`/activity/${item.id}`} size="sm">
            <Moment at={item.started_at} />
          </Anchor>
          <RunBadge value={item.state} />
        </Group>
      ))}
    </Paper>
  );
}
