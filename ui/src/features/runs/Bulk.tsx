import { Alert, Button, Group, Progress as Bar, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Failed } from "../../components/states";
import type { Action, Progress } from "./bulk";
import { allThatFit, MOST, type Asked } from "./queries";

const WORDS: Record<Action, { label: string; does: string; done: string; action: string }> = {
  resume: {
    label: "Go on",
    does: "go on from the step at which they stopped. Steps that succeeded are not done again. Runs that did not stop are left as they are",
    done: "went on",
    action: "Let them go on",
  },
  replay: {
    label: "Once more",
    does: "are done once more from their start, as new runs. Every write looks first at what is there. Runs that are not ended are left as they are",
    done: "begun once more",
    action: "Do them once more",
  },
  cancel: {
    label: "End",
    does: "are ended for good. What they have written stays; what they had not done yet will not be done. Runs that have ended are left as they are",
    done: "ended",
    action: "End them",
  },
};

function count(number: number): string {
  return `${number.toLocaleString()} ${number === 1 ? "run" : "runs"}`;
}

/** What can be done with the runs that were chosen. */
export function BulkBar({
  ids, asked, choose, busy, start,
}: {
  ids: string[];
  asked: Asked;
  choose: (ids: string[]) => void;
  busy: boolean;
  start: (action: Action, ids: string[]) => void;
}) {
  const every = useMutation({ mutationFn: () => allThatFit(asked), onSuccess: (found) => choose(found.ids) });
  return (
    <Stack gap={4}>
      <Group gap="xs" role="group" aria-label="With the chosen runs">
        <Text size="sm" role="status">
          {ids.length === 0 ? "No run is chosen." : `${count(ids.length)} chosen.`}
        </Text>
        <Button size="xs" variant="default" loading={every.isPending} onClick={() => every.mutate()}>
          Choose all that fit
        </Button>
        {ids.length > 0 ? (
          <>
            <Button size="xs" variant="default" onClick={() => choose([])}>
              Choose none
            </Button>
            {(Object.keys(WORDS) as Action[]).map((action) => (
              <Confirm
                key={action}
                label={WORDS[action].label}
                title={`${WORDS[action].action}: ${count(ids.length)}?`}
                text={`${count(ids.length)}: they ${WORDS[action].does}.`}
                action={WORDS[action].action}
                disabled={busy}
                onYes={() => start(action, ids)}
              />
            ))}
          </>
        ) : null}
      </Group>
      {every.data?.more ? (
        <Text size="xs" c="dimmed">
          More than {MOST.toLocaleString()} fit; the newest of them are chosen.
        </Text>
      ) : null}
      {every.error ? <Failed error={every.error} /> : null}
    </Stack>
  );
}

/** How far it is, and how it went. */
export function BulkReport({ progress, close }: { progress: Progress; close: () => void }) {
  const refused = Object.entries(progress.refused);
  const left = progress.total - progress.seen;
  return (
    <Alert
      role="status"
      color={refused.length > 0 || progress.error ? "orange" : "green"}
      title={progress.busy ? `${progress.seen} of ${count(progress.total)} …` : `${progress.done} of ${count(progress.total)} ${WORDS[progress.action].done}`}
    >
      <Stack gap="xs" align="flex-start">
        {progress.busy ? (
          <Bar value={(100 * progress.seen) / progress.total} w="100%" aria-label="How far it is" />
        ) : null}
        {progress.already > 0 ? <Text size="sm">{count(progress.already)} were on their way already.</Text> : null}
        {refused.map(([message, number]) => (
          <Text size="sm" key={message}>
            {count(number)}: <Advice>{message}</Advice>
          </Text>
        ))}
        {progress.error ? <Failed error={progress.error} /> : null}
        {progress.error && left > 0 ? <Text size="sm">{count(left)} were not reached: choose them again.</Text> : null}
        {progress.busy ? null : (
          <Button size="xs" variant="default" onClick={close}>
            Close the report
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
