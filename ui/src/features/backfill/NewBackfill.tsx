import {
  Alert, Button, Checkbox, Group, Loader, NativeSelect, Paper, Radio, SimpleGrid, Stack, Text, Textarea, TextInput, Title,
} from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import { useHome } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Back } from "../../components/Back";
import { Asked, Failed, Nothing } from "../../components/states";
import { usePlan } from "./queries";
import type { Kind, Wanted } from "./types";
import { BY_ID, idsOf, KINDS, labelOf } from "./words";

const FIRST: Kind[] = ["orders", "fulfilments", "transactions", "subscriptions"];
const MOST_IDS = 100_000;

export default function NewBackfill() {
  const owner = useOwner();
  const home = useHome();
  return (
    <Stack>
      <Back to="/backfills">All backfills</Back>
      <Title order={1} size="h3">
        Plan a backfill
      </Title>
      {owner ? (
        <Asked query={home}>
          {(data) => {
            const of = (system: string) => data.connections.filter((item) => item.system === system).map((item) => item.name);
            const names = of("ghl");
            return names.length === 0 ? (
              <Nothing title="HighLevel is not connected yet">A backfill carries over what a HighLevel location holds. Connect one first.</Nothing>
            ) : (
              <Form names={names} databases={of("act")} />
            );
          }}
        </Asked>
      ) : (
        <Nothing title="Only an owner plans a backfill">Ask an owner to do it, or to make you one.</Nothing>
      )}
    </Stack>
  );
}

function Form({ names, databases }: { names: string[]; databases: string[] }) {
  const [, go] = useLocation();
  const plan = usePlan();
  const [connection, setConnection] = useState(names[0] ?? "");
  const [database, setDatabase] = useState("");
  const [by, setBy] = useState("days");
  const [kinds, setKinds] = useState<string[]>(FIRST);
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const [kind, setKind] = useState<string>("orders");
  const [text, setText] = useState("");
  const [tasks, setTasks] = useState(false);
  const [messages, setMessages] = useState(false);
  const ids = idsOf(text);
  const wrong = problemOf(by, kinds, since, until, ids);

  function ask(event: FormEvent) {
    event.preventDefault();
    if (wrong) return;
    const loud = { with_tasks: tasks, with_messages: messages, ...(database ? { act: database } : {}) };
    const wanted: Wanted =
      by === "ids"
        ? { ghl: connection, kinds: [kind as Kind], ids, ...loud }
        : { ghl: connection, kinds: kinds as Kind[], ...(since ? { since } : {}), ...(until ? { until } : {}), ...loud };
    plan.mutate(wanted, { onSuccess: (made) => go(`/backfills/${made.id}`) });
  }

  return (
    <form onSubmit={ask}>
      <Stack>
        <NativeSelect
          label="HighLevel connection"
          description="Whose history is carried over, to wherever its flows lead"
          data={names}
          value={connection}
          onChange={(event) => setConnection(event.currentTarget.value)}
          maw={420}
        />
        {databases.length > 1 ? (
          <NativeSelect
            label="Act! connection"
            description="Choose one, and the plan refuses where a flow would carry something into another database"
            data={[{ value: "", label: "Wherever its flows lead" }, ...databases.map((name) => ({ value: name, label: name }))]}
            value={database}
            onChange={(event) => setDatabase(event.currentTarget.value)}
            maw={420}
          />
        ) : null}
        <Paper withBorder p="md">
          <Stack>
            <Radio.Group label="Which records" value={by} onChange={setBy}>
              <Group mt="xs">
                <Radio value="days" label="By the day they were created" />
                <Radio value="ids" label="A list of ids" />
              </Group>
            </Radio.Group>
            {by === "days" ? (
              <>
                <Group align="flex-start">
                  <TextInput type="date" label="First day" description="Empty: from the beginning" value={since} onChange={(event) => setSince(event.currentTarget.value)} />
                  <TextInput type="date" label="Last day" description="Empty: up to the start" value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
                </Group>
                <Text size="xs" c="dimmed">
                  HighLevel counts in UTC days.
                </Text>
                <Checkbox.Group label="Kinds" value={kinds} onChange={setKinds}>
                  <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} mt="xs">
                    {KINDS.map((item) => (
                      <Checkbox key={item.kind} value={item.kind} label={item.label} description={item.description || undefined} />
                    ))}
                  </SimpleGrid>
                </Checkbox.Group>
              </>
            ) : (
              <>
                <NativeSelect
                  label="Kind"
                  description="Payments, subscriptions and fulfilments come with their order"
                  data={BY_ID.map((item) => ({ value: item, label: labelOf(item) }))}
                  value={kind}
                  onChange={(event) => setKind(event.currentTarget.value)}
                  maw={420}
                />
                <Textarea
                  label="Ids"
                  description="One in a line, or with commas; what stands behind a # is a remark"
                  autosize
                  minRows={4}
                  maxRows={14}
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                />
                <Text size="sm" role="status">
                  {ids.length} {ids.length === 1 ? "id" : "ids"}
                </Text>
              </>
            )}
          </Stack>
        </Paper>
        <Paper withBorder p="md">
          <Stack gap="sm">
            <Title order={2} size="h5">
              Quiet
            </Title>
            <Text size="sm">
              A backfill is quiet: records are written and proved, but the steps of a flow that make tasks, or that notify or message somebody, are left
              out. These orders are old; nobody should hear of them as if they were new.
            </Text>
            <Checkbox
              label="Also make tasks"
              description="Every old order puts the tasks of its flow on somebody’s list, as many as there are orders."
              checked={tasks}
              onChange={(event) => setTasks(event.currentTarget.checked)}
            />
            <Checkbox
              label="Also send messages and notifications"
              description="Customers and colleagues get messages about old orders, as far as the flow has the consent for it. A message cannot be taken back."
              checked={messages}
              onChange={(event) => setMessages(event.currentTarget.checked)}
            />
          </Stack>
        </Paper>
        {wrong ? (
          <Alert color="yellow" role="status" title="Not ready yet">
            <Text size="sm">{wrong}</Text>
          </Alert>
        ) : null}
        {plan.error ? <Failed error={plan.error} /> : null}
        <Group>
          <Button type="submit" loading={plan.isPending} disabled={wrong !== null}>
            Make the plan
          </Button>
          <Text size="sm" c="dimmed">
            Counts the lists and tries a sample. Nothing is written.
          </Text>
        </Group>
        {plan.isPending ? (
          <Group gap="xs" role="status">
            <Loader size="sm" aria-hidden />
            <Text size="sm">Counting page by page, which takes minutes for a long history. If you leave this page, the plan is in the list when it is ready.</Text>
          </Group>
        ) : null}
      </Stack>
    </form>
  );
}

function problemOf(by: string, kinds: string[], since: string, until: string, ids: string[]): string | null {
  if (by === "ids") {
    if (ids.length === 0) return "Write at least one id.";
    return ids.length > MOST_IDS ? `There may be ${MOST_IDS.toLocaleString()} ids at once.` : null;
  }
  if (kinds.length === 0) return "Choose at least one kind.";
  if (since && until && since > until) return "The first day is after the last day.";
  return null;
}
