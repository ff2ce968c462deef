import { Anchor, Checkbox, Group, Select, Stack, Switch, Table, Text, TextInput, Title, VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { RunRow } from "../../api/types";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { RunBadge } from "../../components/badges";
import { Moment } from "../../components/moment";
import { asText, Money } from "../../components/money";
import { Pages } from "../../components/Pages";
import { useAddress, useTyped } from "../../components/search";
import { Asked, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { Wide } from "../../components/Wide";
import { useBulk } from "./bulk";
import { BulkBar, BulkReport } from "./Bulk";
import { useFlowNames, useRunList, type Asked as Question } from "./queries";
import { Tabs } from "./Tabs";

const STATES = [
  { value: "", label: "Every state" },
  { value: "dead", label: "Needs a person" },
  { value: "waiting", label: "Waiting" },
  { value: "running", label: "Running" },
  { value: "done", label: "Done" },
  { value: "nothing", label: "Nothing to do" },
  { value: "cancelled", label: "Cancelled" },
];
const KINDS = ["order", "transaction", "fulfillment", "subscription", "invoice", "contact", "opportunity"];

export default function RunList() {
  const owner = useOwner();
  const [address, change] = useAddress();
  const [text, type] = useTyped("q");
  const [held, hold] = useState(false);
  const [chosen, choose] = useState<string[]>([]);
  const bulk = useBulk();
  const flows = useFlowNames();
  const of = (name: string) => address.get(name) ?? "";
  const asked: Question = { q: of("q"), state: of("state"), flow: of("flow"), kind: of("kind"), since: of("since"), until: of("until") };
  const after = address.get("after");
  const runs = useRunList(asked, after, held);
  const set = (name: string) => (value: string | null) => {
    choose([]);
    change({ [name]: value || null, after: null });
  };
  return (
    <Stack>
      <Title order={1} size="h3">
        Activity
      </Title>
      <Tabs />
      <Group align="flex-end">
        <TextInput
          label="Find runs"
          placeholder="Order id, e-mail, amount, a word of an error …"
          value={text}
          onChange={(event) => {
            choose([]);
            type(event.currentTarget.value);
          }}
          w={{ base: "100%", sm: 380 }}
        />
        <Select label="State" data={STATES} value={asked.state} allowDeselect={false} onChange={set("state")} w={{ base: "100%", xs: 170 }} />
        <Select
          label="Flow"
          data={[{ value: "", label: "Every flow" }, ...(flows.data ?? []).map((name) => ({ value: name, label: name }))]}
          value={asked.flow}
          allowDeselect={false}
          onChange={set("flow")}
          w={{ base: "100%", xs: 230 }}
        />
        <Select
          label="Record"
          data={[{ value: "", label: "Every kind" }, ...KINDS.map((kind) => ({ value: kind, label: kind }))]}
          value={asked.kind}
          allowDeselect={false}
          onChange={set("kind")}
          w={{ base: "100%", xs: 150 }}
        />
        <TextInput type="date" label="From" value={asked.since} onChange={(event) => set("since")(event.currentTarget.value)} />
        <TextInput type="date" label="To" value={asked.until} onChange={(event) => set("until")(event.currentTarget.value)} />
      </Group>
      <Switch
        label="New runs appear by themselves"
        checked={!held}
        onChange={(event) => hold(!event.currentTarget.checked)}
      />
      {bulk.progress ? <BulkReport progress={bulk.progress} close={bulk.close} /> : null}
      <Asked query={runs}>
        {(page) => (
          <>
            <Announced runs={page.runs} about={JSON.stringify([asked, after])} />
            {owner && page.runs.length > 0 ? (
              <BulkBar
                ids={chosen}
                asked={asked}
                choose={choose}
                busy={bulk.progress?.busy ?? false}
                start={(action, ids) => {
                  choose([]);
                  void bulk.start(action, ids);
                }}
              />
            ) : null}
            {page.runs.length === 0 ? (
              <Nothing title="No run fits"><Term word="run">Runs</Term> are what <Term word="flow">flows</Term> did about a change: each is found by what it read and wrote.</Nothing>
            ) : (
              <List runs={page.runs} chosen={chosen} choose={owner ? choose : null} />
            )}
            {page.looked_to ? (
              <Text size="sm" c="dimmed">
                Very many runs were looked at, back to <Moment at={page.looked_to} />; older ones may fit as well.
              </Text>
            ) : null}
            <Pages first={!after} after={page.after} go={(next) => change({ after: next })} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

/** Says politely how many came, to whoever does not see them come. */
function Announced({ runs, about }: { runs: RunRow[]; about: string }) {
  const before = useRef<{ about: string; ids: Set<string> } | null>(null);
  const [said, say] = useState("");
  useEffect(() => {
    const ids = new Set(runs.map((run) => run.id));
    // Another question has another answer: nothing of it is news.
    if (before.current?.about === about) {
      const known = before.current.ids;
      const first = runs.findIndex((run) => known.has(run.id));
      const count = first === -1 ? runs.length : first;
      if (count > 0) say(`${count} new ${count === 1 ? "run" : "runs"}`);
    }
    before.current = { about, ids };
  }, [runs, about]);
  return (
    <VisuallyHidden role="status" aria-live="polite" data-testid="news">
      {said}
    </VisuallyHidden>
  );
}

function List({ runs, chosen, choose }: { runs: RunRow[]; chosen: string[]; choose: ((ids: string[]) => void) | null }) {
  const picked = new Set(chosen);
  const all = runs.every((run) => picked.has(run.id));
  const toggle = (ids: string[], on: boolean) => choose?.(on ? [...new Set([...chosen, ...ids])] : chosen.filter((id) => !ids.includes(id)));
  return (
    <Wide stacked label="Runs, the newest first">
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {choose ? (
              <Table.Th scope="col" w={36}>
                <Checkbox
                  size="xs"
                  aria-label="Choose every run of this page"
                  checked={all}
                  indeterminate={!all && runs.some((run) => picked.has(run.id))}
                  onChange={(event) => toggle(runs.map((run) => run.id), event.currentTarget.checked)}
                />
              </Table.Th>
            ) : null}
            <Table.Th scope="col">Begun</Table.Th>
            <Table.Th scope="col">Flow</Table.Th>
            <Table.Th scope="col">Record</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col" className="amount">Money held</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Table.Tr key={run.id}>
              {choose ? (
                <Table.Td>
                  <Checkbox
                    size="xs"
                    aria-label={`Choose the run of ${run.flow ?? "a deleted flow"} for ${run.kind} …${run.record_id.slice(-8)}`}
                    checked={picked.has(run.id)}
                    onChange={(event) => toggle([run.id], event.currentTarget.checked)}
                  />
                </Table.Td>
              ) : null}
              <Table.Td>
                <Anchor component={Link} href={`/activity/${run.id}`} size="sm">
                  <Moment at={run.started_at} />
                </Anchor>
              </Table.Td>
              <Table.Td>{run.flow ?? "a deleted flow"}</Table.Td>
              <Table.Td>
                {run.kind} <span className="id">…{run.record_id.slice(-8)}</span>
              </Table.Td>
              <Table.Td>
                <RunBadge value={run.state} />
                {run.reason ? (
                  <Text size="xs" lineClamp={2}>
                    <Advice>{run.reason}</Advice>
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td className="amount">
                {run.held_amount !== null && run.held_currency ? (
                  <Money amount={asText(run.held_amount)} currency={run.held_currency} />
                ) : (
                  "–"
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
