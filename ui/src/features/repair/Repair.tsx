import { Anchor, Box, Button, Code, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange, useDeadGroups } from "../../api/queries";
import type { DeadGroup } from "../../api/types";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Moment } from "../../components/moment";
import { shownMoney } from "../../components/money";
import { Asked, Failed, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { Decisions } from "./Decisions";
import { Report } from "./Report";

export default function Repair() {
  const dead = useDeadGroups();
  const [replay, setReplay] = useState<string | null>(null);
  // Here and not beside its button: the group is gone as soon as it is taken up.
  const again = useChange(async (cause: string) => {
    const begun = await call<{ replay: string }>("POST", "/api/dead-letters/replay", cause === "unknown" ? {} : { cause });
    setReplay(begun.replay);
  });
  return (
    <Stack>
      <Title order={1} size="h3">
        Repair
      </Title>
      <Text size="sm" c="dimmed">
        <Term word="dead letter">What stopped and waits for a person</Term>, by what happened, the most money first. Nothing of it is lost.
      </Text>
      <Decisions />
      {replay ? <Report id={replay} /> : null}
      {again.error ? <Failed error={again.error} /> : null}
      <Asked query={dead}>
        {(data) =>
          data.causes.length === 0 ? (
            <Nothing title="Nothing waits for a person">Everything that came in was carried over and proved, or is on its way.</Nothing>
          ) : (
            data.causes.map((group) => (
              <OneCause
                key={group.cause}
                group={group}
                busy={again.isPending && again.variables === group.cause}
                again={() => again.mutate(group.cause)}
              />
            ))
          )
        }
      </Asked>
    </Stack>
  );
}

function OneCause({ group, busy, again }: { group: DeadGroup; busy: boolean; again: () => void }) {
  const owner = useOwner();
  const money = Object.entries(group.money).map(([currency, amount]) => shownMoney(amount, currency));
  return (
    <Paper withBorder p="md" component="section" id={group.cause} aria-label={group.happened}>
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h5">
            {group.happened}
          </Title>
          <Text fw={650} style={{ fontVariantNumeric: "tabular-nums" }}>
            {money.join(", ")}
          </Text>
        </Group>
        <Text size="sm">
          <b>What to do:</b> <Advice>{group.todo}</Advice>
        </Text>
        <Text size="sm" c="dimmed">
          {group.records} {group.records === 1 ? "record" : "records"}
          {group.without_amount > 0 ? `, ${group.without_amount} of unknown amount` : ""}
          {group.since ? (
            <>
              , the oldest since <Moment at={group.since} />
            </>
          ) : null}{" "}
          · <Code>{group.cause}</Code>
        </Text>
        <Box component="ul" m={0} pl="md">
          {group.examples.map((item) => (
            <li key={item.run ?? item.delivery}>
              <Text size="sm">
                {item.run ? (
                  <Anchor component={Link} href={`/activity/${item.run}`} size="sm">
                    {item.record ?? item.run}
                  </Anchor>
                ) : (
                  (item.record ?? `delivery ${item.delivery}`)
                )}
                {item.reason ? <>: <Advice>{item.reason}</Advice></> : null}
              </Text>
            </li>
          ))}
        </Box>
        {owner ? (
          <Group>
            <Button size="xs" loading={busy} onClick={again}>
              Try all of them again
            </Button>
            <Text size="xs" c="dimmed">
              once that is done
            </Text>
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}
