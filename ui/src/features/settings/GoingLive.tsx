import { Badge, Button, Group, List, NativeSelect, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange, useHome } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { useLiveFlows, useWritten } from "./queries";
import { Section } from "./Section";
import type { Check, LiveRow, Switched, TakenBack, WrittenRow } from "./types";

export function GoingLive() {
  const flows = useLiveFlows();
  const [taken, setTaken] = useState<TakenBack[]>([]);
  return (
    <Section
      title="Going live"
      note={
        <>
          A <Term word="flow">flow</Term> is tried on test accounts or by a <Term word="dry run">dry run</Term> first. It works on live ones only after
          every check has passed, and can be taken back.
        </>
      }
    >
      {taken.map((item) => (
        <Paper key={item.flow} withBorder p="md" role="status">
          <Text size="sm" fw={600}>
            {item.flow} is live no more{item.runs_now ? `; version ${item.runs_now} runs in its place` : ""}.
          </Text>
          <Written rows={item.written} />
        </Paper>
      ))}
      <Asked query={flows}>
        {(rows) =>
          rows.length === 0 ? (
            <Nothing title="There is no published flow">A flow stands here once it is published.</Nothing>
          ) : (
            rows.map((flow) => <OneFlow key={flow.name} flow={flow} takenBack={setTaken} />)
          )
        }
      </Asked>
    </Section>
  );
}

function OneFlow({ flow, takenBack }: { flow: LiveRow; takenBack: (found: TakenBack[]) => void }) {
  const owner = useOwner();
  const back = useChange(async (name: string) => {
    takenBack(await call<TakenBack[]>("POST", `/api/flows/${encodeURIComponent(name)}/take-back`));
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={flow.name}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <Title order={3} size="h6" style={{ overflowWrap: "anywhere" }}>
            {flow.name}
          </Title>
          {flow.live_since ? (
            <Badge color="green" variant="light" tt="none" className="tone-green">
              Live
            </Badge>
          ) : (
            <Badge color="gray" variant="light" tt="none" className="tone-gray">
              {flow.mode === "live" ? "Not live" : flow.mode === "test" ? "On test accounts" : "On sandbox accounts"}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {flow.title}. Version {flow.version}, from {flow.source} to {flow.target}
          {flow.enabled ? "" : ", switched off"}
          {flow.live_since ? (
            <>
              ; live since <Moment at={flow.live_since} />, by {flow.live_by}
            </>
          ) : null}
        </Text>
        {owner ? <GoLive flow={flow} /> : null}
        {owner && flow.live_since ? (
          <Group>
            <Confirm
              label="Take it back"
              title={`Take ${flow.name} back?`}
              text={<Meanwhile flow={flow} />}
              action="Take it back"
              onYes={() => back.mutate(flow.name)}
            />
          </Group>
        ) : null}
        {back.error ? <Failed error={back.error} /> : null}
      </Stack>
    </Paper>
  );
}

/** What has been written since the flow went live, asked for when somebody is about to take it back. */
function Meanwhile({ flow }: { flow: LiveRow }) {
  const written = useWritten(flow.name);
  const before = flow.version_before !== null && flow.version_before !== flow.version;
  return (
    <Stack gap="xs">
      <Text size="sm">
        It works on the live accounts no more. {before ? `Version ${flow.version_before}, which was live before, runs again.` : "Nothing runs in its place."}{" "}
        What it wrote stays there; its receipts hold what was there before.
      </Text>
      <Asked query={written}>{(rows) => <Written rows={rows} />}</Asked>
    </Stack>
  );
}

function Written({ rows }: { rows: WrittenRow[] }) {
  if (rows.length === 0) return <Text size="sm">It has written nothing meanwhile.</Text>;
  return (
    <>
      <Text size="sm">It has written meanwhile:</Text>
      <List size="sm">
        {rows.map((row) => (
          <List.Item key={row.kind + row.verdict}>
            {row.records} × {row.kind}, {row.verdict.replaceAll("_", " ")}
          </List.Item>
        ))}
      </List>
    </>
  );
}

function GoLive({ flow }: { flow: LiveRow }) {
  const home = useHome();
  const live = home.data?.connections.filter((item) => item.mode === "live") ?? [];
  const [source, setSource] = useState(flow.mode === "live" ? flow.source : "");
  const [target, setTarget] = useState(flow.mode === "live" ? flow.target : "");
  const [found, setFound] = useState<Switched | null>(null);
  const go = useChange(async (check: boolean) => {
    setFound(null);
    const body = { check, source, target };
    setFound(await call<Switched>("POST", `/api/flows/${encodeURIComponent(flow.name)}/go-live`, body));
  });
  if (flow.mode === "live" && flow.live_since) return null;
  if (live.length < 2) {
    return (
      <Text size="sm">
        To go live, both a HighLevel and an Act! account have to be connected as live ones first; see <Term word="test and live">test and live</Term>.
      </Text>
    );
  }
  const choices = [{ value: "", label: "Choose one" }, ...live.map((item) => ({ value: item.name, label: item.name }))];
  const pick = (set: (name: string) => void) => (event: { currentTarget: { value: string } }) => {
    // What was checked was checked between other accounts.
    setFound(null);
    set(event.currentTarget.value);
  };
  return (
    <Stack gap="sm">
      <Group align="flex-end">
        <NativeSelect label="From the live account" data={choices} value={source} onChange={pick(setSource)} />
        <NativeSelect label="To the live account" data={choices} value={target} onChange={pick(setTarget)} />
        <Button variant="default" disabled={!source || !target} loading={go.isPending} onClick={() => go.mutate(true)}>
          Make the checks
        </Button>
      </Group>
      {go.error ? <Failed error={go.error} /> : null}
      {found ? <Checks found={found} /> : null}
      {found?.ready && found.live.length === 0 ? (
        <Group>
          <Confirm
            label="Go live"
            title={`Let ${flow.name} go live?`}
            text={`From now on it carries real records from ${source} to ${target}, and writes there. It can be taken back at any time; what it has written stays.`}
            action="Go live"
            onYes={() => go.mutate(false)}
          />
        </Group>
      ) : null}
    </Stack>
  );
}

function Checks({ found }: { found: Switched }) {
  return (
    <Stack gap="xs" role="status">
      <Text size="sm" fw={600}>
        {found.live.length > 0 ? "It is live." : found.ready ? "Every check has passed." : "Not yet: something has to be done first. Nothing was switched on."}
      </Text>
      <List size="sm" spacing={4}>
        {found.checks.map((check) => (
          <List.Item key={check.id}>
            <OneCheck check={check} />
          </List.Item>
        ))}
      </List>
    </Stack>
  );
}

function OneCheck({ check }: { check: Check }) {
  return (
    <>
      <b>{check.ok ? "Passed" : "Not passed"}:</b> {check.title}: <Advice>{check.says}</Advice>
      {check.next ? (
        <Text size="sm" c="dimmed">
          To do: <Advice>{check.next}</Advice>
        </Text>
      ) : null}
    </>
  );
}
