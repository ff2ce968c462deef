import { Badge, Code, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { Folded } from "../../components/Folded";
import { Json } from "../../components/Json";
import { Moment, shownLength } from "../../components/moment";
import { shownSize } from "../events/words";
import { endOf, lengthOf, outcomeOf, pathOf, refusedParts, statusWords, type AttemptCalls, type Body, type Call, type RunCalls } from "./exchanges";

/** Calls of one attempt of a step; where one failed it stands open. */
export function Calls({ attempt }: { attempt: AttemptCalls }) {
  const bad = attempt.calls.filter((call) => endOf(call) !== "ok").length;
  const count = attempt.calls.length === 1 ? "1 call" : `${attempt.calls.length} calls`;
  return (
    <Folded summary={`HTTP: ${count}${bad > 0 ? `, ${bad} not accepted` : ""}`} open={bad > 0}>
      {() => (
        <Stack component="ol" gap="xs" mt={4} pl="md" style={{ listStyle: "decimal" }} aria-label={`HTTP calls of ${attempt.step}`}>
          {attempt.calls.map((call, number) => (
            <li key={number}>
              <OneCall call={call} open={endOf(call) !== "ok"} />
            </li>
          ))}
          {attempt.left_out > 0 ? <Text size="xs">{attempt.left_out} further calls were only counted.</Text> : null}
        </Stack>
      )}
    </Folded>
  );
}

function StatusBadge({ status, refused }: { status: number | null; refused: number }) {
  const outcome = refused > 0 ? "refused" : outcomeOf({ status });
  const color = outcome === "ok" ? "green" : outcome === "asked to wait" ? "yellow" : "red";
  return (
    <Badge color={color} variant="light" tt="none" fw={600} className={`tone-${color}`}>
      {refused > 0 ? `${status ?? ""}, ${refused === 1 ? "a part" : `${refused} parts`} of it refused` : statusWords(status)}
    </Badge>
  );
}

function OneCall({ call, open }: { call: Call; open: boolean }) {
  const last = call.tries.at(-1);
  return (
    <>
      <Group gap="xs">
        <Code style={{ overflowWrap: "anywhere", whiteSpace: "normal" }}>
          {call.method} {pathOf(call.url)}
        </Code>
        <StatusBadge status={last?.status ?? null} refused={call.refused_parts} />
        <Text size="xs" c="dimmed">
          {shownLength(lengthOf(call))}
          {call.tries.length > 1 ? `, sent ${call.tries.length} times` : ""}
        </Text>
      </Group>
      <Folded summary="request and answer" open={open}>
        {() => (
          <Stack gap="xs" mt={4}>
            <Text size="xs" style={{ overflowWrap: "anywhere" }}>
              {call.url}
            </Text>
            {call.tries.length > 1 || last?.problem ? <Tries call={call} /> : null}
            {refusedParts(call).map((part, number) => (
              <SimpleGrid cols={{ base: 1, sm: 2 }} key={number}>
                <div>
                  <Text size="xs" fw={600}>Refused part</Text>
                  <Json value={part.request} label={`Refused part ${number + 1} of ${pathOf(call.url)}`} />
                </div>
                <div>
                  <Text size="xs" fw={600}>Its answer</Text>
                  <Json value={part.answer} label={`Answer to refused part ${number + 1} of ${pathOf(call.url)}`} />
                </div>
              </SimpleGrid>
            ))}
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <Side title="Request" body={call.request} label={`Request of ${call.method} ${pathOf(call.url)}`} />
              <Side title="Answer" body={call.answer} label={`Answer to ${call.method} ${pathOf(call.url)}`} />
            </SimpleGrid>
          </Stack>
        )}
      </Folded>
    </>
  );
}

function Tries({ call }: { call: Call }) {
  return (
    <ol aria-label="Each sending" style={{ margin: 0, paddingLeft: "1.2rem" }}>
      {call.tries.map((one, number) => (
        <li key={number}>
          <Text size="xs">
            <Moment at={one.at} />: {one.problem && one.status === null ? one.problem : statusWords(one.status)}, after {shownLength(one.took_s)}
            {one.waited_s >= 0.05 ? ` (waited ${shownLength(one.waited_s)} for the allowance)` : ""}
          </Text>
        </li>
      ))}
    </ol>
  );
}

function Side({ title, body, label }: { title: string; body: Body | null; label: string }) {
  return (
    <div>
      <Text size="xs" fw={600}>
        {title}
        {body && body.bytes > 0 ? ` (${shownSize(body.bytes)})` : ""}
      </Text>
      {body === null ? (
        <Text size="sm" c="dimmed">
          {title === "Answer" ? "none, or not kept" : "not kept"}
        </Text>
      ) : body.absent ? (
        <Text size="sm" c="dimmed">
          only its size is kept
        </Text>
      ) : body.body === "" ? (
        <Text size="sm" c="dimmed">
          empty
        </Text>
      ) : (
        <Json value={body.body} label={label} plain />
      )}
      {body?.cut ? (
        <Text size="xs" c="dimmed">
          Only the beginning was kept; it had {shownSize(body.bytes)}.
        </Text>
      ) : null}
    </div>
  );
}

/** What is kept of calls, said where a run has none. */
export function CallsKept({ calls }: { calls: RunCalls }) {
  if (calls.attempts.length > 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {calls.keeps === "none"
        ? "HTTP calls are not kept: the setting ORDERBRIDGE_HTTP_KEPT says so."
        : `No HTTP call of this run is kept: it made none, is older than ${calls.days} days, or ran before calls were kept.`}
    </Text>
  );
}
