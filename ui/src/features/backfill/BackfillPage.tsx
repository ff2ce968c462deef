import { Alert, Anchor, Button, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Back } from "../../components/Back";
import { BackfillBadge } from "../../components/badges";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { Wide } from "../../components/Wide";
import { PlanShown } from "./PlanShown";
import { ProgressShown } from "./ProgressShown";
import { type Move, useBackfill, useMove } from "./queries";
import type { Backfill } from "./types";
import { chosenOf, quietOf } from "./words";

export default function BackfillPage({ id }: { id: string }) {
  const found = useBackfill(id);
  return (
    <Stack>
      <Back to="/backfills">All backfills</Back>
      <Title order={1} size="h3">
        {found.data ? chosenOf(found.data) : "Backfill"}
      </Title>
      <Asked query={found}>{(item) => <Whole item={item} at={found.dataUpdatedAt} />}</Asked>
    </Stack>
  );
}

function Whole({ item, at }: { item: Backfill; at: number }) {
  const owner = useOwner();
  const move = useMove(item.id);
  return (
    <Stack>
      <Group gap="sm">
        <BackfillBadge value={item.state} />
        <Text size="sm">
          {item.connection}; planned <Moment at={item.created_at} /> by {item.asked_by}
          {item.started_at ? (
            <>
              ; begun <Moment at={item.started_at} />
            </>
          ) : null}
          {item.finished_at ? (
            <>
              ; ended <Moment at={item.finished_at} />
            </>
          ) : null}
        </Text>
      </Group>
      <Text size="sm">{quietOf(item)}</Text>
      {item.state !== "running" && item.reason ? <Text size="sm">Stopped because: <Advice>{item.reason}</Advice></Text> : null}
      {owner ? <Moves item={item} busy={move.isPending} go={(what) => move.mutate(what)} /> : null}
      {move.error ? <Failed error={move.error} /> : null}
      {item.state === "planned" ? null : <ProgressShown item={item} at={at} />}
      {(item.events["dead"] ?? 0) > 0 ? (
        <Alert color="orange" title={`${item.events["dead"]} ${item.events["dead"] === 1 ? "record waits" : "records wait"} for a person`}>
          <Anchor component={Link} href="/repair" size="sm" c="inherit">
            To the repair page
          </Anchor>
        </Alert>
      ) : null}
      <NotRead item={item} />
      {item.plan ? <PlanShown plan={item.plan} /> : null}
    </Stack>
  );
}

function Moves({ item, busy, go }: { item: Backfill; busy: boolean; go: (move: Move) => void }) {
  const cancel = (
    <Confirm
      label={item.state === "planned" ? "Drop this plan" : "Cancel"}
      title={item.state === "planned" ? "Drop this plan?" : "Cancel this backfill?"}
      text={
        item.state === "planned"
          ? "Nothing was written, so nothing stays but its line in the list. It cannot be begun any more; plan it anew."
          : "It ends for good and cannot be resumed. What it has written stays on both sides, and what was handed to the workers already is still carried over. A new backfill goes on with the rest: what is known is left alone."
      }
      action={item.state === "planned" ? "Drop the plan" : "Cancel the backfill"}
      onYes={() => go("cancel")}
    />
  );
  switch (item.state) {
    case "planned":
      return (
        <Group>
          <Confirm label="Begin …" title="Begin this backfill?" text={beginning(item)} action="Begin the backfill" onYes={() => go("resume")} />
          {cancel}
        </Group>
      );
    case "running":
      return (
        <Group>
          <Button size="xs" loading={busy} onClick={() => go("pause")}>
            Pause
          </Button>
          {cancel}
        </Group>
      );
    case "paused":
      return (
        <Group>
          <Button size="xs" loading={busy} onClick={() => go("resume")}>
            Resume
          </Button>
          {cancel}
        </Group>
      );
    default:
      return null;
  }
}

/** What beginning will do, out of the plan. */
function beginning(item: Backfill): string {
  const kinds = item.plan?.kinds.filter((part) => part.to_do > 0).map((part) => `${part.to_do.toLocaleString()} ${part.kind}`) ?? [];
  const what = kinds.length > 0 ? kinds.join(", ") : "what is chosen";
  return `It reads ${what} of ${item.connection} and writes them to the other side, each write proved. ${quietOf(item)} It goes on while this page is closed, and can be paused at any time.`;
}

function NotRead({ item }: { item: Backfill }) {
  if (item.not_read.length === 0) {
    return item.state === "done" ? <Text size="sm">Every record could be read.</Text> : null;
  }
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="not-read">
      <Title order={2} size="h5" id="not-read" mb="xs">
        {item.not_read.length} could not be read
      </Title>
      <Wide label="Records that could not be read">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Record</Table.Th>
              <Table.Th scope="col">Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {item.not_read.map((row) => (
              <Table.Tr key={row.kind + row.record_id}>
                <Table.Td>
                  {row.kind} {row.record_id}
                </Table.Td>
                <Table.Td miw={200}><Advice>{row.reason ?? "not known"}</Advice></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </Paper>
  );
}
