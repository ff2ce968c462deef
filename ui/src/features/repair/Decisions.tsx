import { Alert, Button, Code, Group, Paper, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { shown, sideOf, titleOf, useConflicts, useDecide, type Conflict, type Decision } from "./decisions";

/** What the two sides say differently, and only a person can settle; nothing is shown where there is none. */
export function Decisions() {
  const open = useConflicts(false);
  // Here and not beside its buttons: what is decided is gone from the list at once.
  const decide = useDecide();
  const done = decide.data;
  return (
    <Asked query={open}>
      {(rows) => (
        <>
          {done ? (
            <Alert role="status" color="green" title="Decided">
              <Text size="sm">
                {titleOf(done)}: {done.resolution}
              </Text>
            </Alert>
          ) : null}
          {rows.length > 0 ? (
            <Stack component="section" aria-labelledby="to-decide">
              <Title order={2} size="h4" id="to-decide">
                To decide
              </Title>
              <Text size="sm" c="dimmed">
                The two sides differ and nobody guesses who is right. What you decide is written to where it is missing, and read back.
              </Text>
              {rows.map((item) => (
                <One
                  key={item.id}
                  item={item}
                  busy={decide.isPending}
                  error={decide.variables?.id === item.id ? decide.error : null}
                  give={(decision) => decide.mutate({ id: item.id, ...decision })}
                />
              ))}
            </Stack>
          ) : null}
          <Earlier />
        </>
      )}
    </Asked>
  );
}

function One({ item, busy, error, give }: Giving & { error: unknown }) {
  const owner = useOwner();
  return (
    <Paper withBorder p="md" component="section" aria-label={titleOf(item)}>
      <Stack gap="xs">
        <Title order={3} size="h5">
          {titleOf(item)}
        </Title>
        <Text size="sm">
          <Advice>{item.why}</Advice>
        </Text>
        <Text size="sm" c="dimmed">
          since <Moment at={item.opened_at} />; in Act! <Code>{item.act_id ?? "none"}</Code>, in HighLevel <Code>{item.ghl_id ?? "none"}</Code>
        </Text>
        {error ? <Failed error={error} /> : null}
        {item.sort === "deleted" ? (
          owner ? <Deletion item={item} busy={busy} give={give} /> : null
        ) : (
          <Field item={item} owner={owner} busy={busy} give={give} />
        )}
      </Stack>
    </Paper>
  );
}

interface Giving {
  item: Conflict;
  busy: boolean;
  give: (decision: Omit<Decision, "id">) => void;
}

function Field({ item, owner, busy, give }: Giving & { owner: boolean }) {
  const [value, setValue] = useState("");
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {(["act", "ghl"] as const).map((side) => (
          <Stack key={side} gap={4} align="flex-start">
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {sideOf(side)}: <b>{shown(item[`${side}_value`])}</b>
            </Text>
            {owner ? (
              <Button size="xs" variant="default" disabled={busy} onClick={() => give({ take: side })}>
                Take that of {sideOf(side)}
              </Button>
            ) : null}
          </Stack>
        ))}
      </SimpleGrid>
      {owner ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            give({ value });
          }}
        >
          <Group align="flex-end" gap="xs">
            <TextInput label="Or another value for both" value={value} onChange={(event) => setValue(event.currentTarget.value)} />
            <Button type="submit" size="xs" variant="default" disabled={busy || value === ""}>
              Give both this value
            </Button>
          </Group>
        </form>
      ) : null}
    </>
  );
}

function Deletion({ item, busy, give }: Giving) {
  const left = item.details.gone === "act" ? "ghl" : "act";
  const what = item.details.partner_kind ?? item.kind;
  return (
    <Group gap="xs">
      {item.choices.includes("keep") ? (
        <Button size="xs" variant="default" disabled={busy} onClick={() => give({ take: "keep" })}>
          Leave it as it is
        </Button>
      ) : null}
      {item.choices.includes("recreate") ? (
        <Button size="xs" variant="default" disabled={busy} onClick={() => give({ take: "recreate" })}>
          Create it again in {sideOf(item.details.gone)}
        </Button>
      ) : null}
      {item.choices.includes("delete") ? (
        <Confirm
          label={`Delete it in ${sideOf(left)} too …`}
          title={`Delete the ${what} in ${sideOf(left)}?`}
          text={`The ${what} ${item[`${left}_id`] ?? ""} is deleted in ${sideOf(left)} for good, with what hangs on it there.`}
          action="Delete it"
          disabled={busy}
          onYes={() => give({ take: "delete", allow: ["deletes"] })}
        />
      ) : null}
    </Group>
  );
}

function Earlier() {
  const found = useConflicts(true);
  const rows = found.data ?? [];
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>What was decided last ({rows.length})</summary>
      <Stack gap={4} mt="xs">
        {rows.map((item) => (
          <Text size="sm" key={item.id}>
            <Moment at={item.resolved_at} />, {titleOf(item)}: {item.resolution}
          </Text>
        ))}
      </Stack>
    </details>
  );
}
