import { Anchor, Button, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { call } from "../../api/client";
import { useChange, useCloses } from "../../api/queries";
import type { CloseDay, CloseRow } from "../../api/types";
import { useOwner } from "../../app/me";
import { CloseBadge } from "../../components/badges";
import { Moment, shownDay } from "../../components/moment";
import { isZero, Money } from "../../components/money";
import { Asked, Failed, Loading, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { Wide } from "../../components/Wide";

export default function CloseList() {
  const closes = useCloses();
  return (
    <Stack>
      <Title order={1} size="h3">
        Daily close
      </Title>
      <Text size="sm" c="dimmed">
        Both sides of one business day, read anew from both accounts and <Term word="reconciliation">compared</Term> to the cent. Every difference has its reason.
      </Text>
      <CloseADay />
      <Asked query={closes}>
        {(days) =>
          days.length === 0 ? (
            <Nothing title="No day was closed yet">Close yesterday to see what both sides say about it.</Nothing>
          ) : (
            <List days={days} />
          )
        }
      </Asked>
    </Stack>
  );
}

function CloseADay() {
  const owner = useOwner();
  const [day, setDay] = useState("");
  const [, go] = useLocation();
  const close = useChange((chosen: string) => call<CloseDay[]>("POST", "/api/closes", chosen ? { day: chosen } : {}));
  if (!owner) return null;
  return (
    <Stack gap="xs">
      <Group align="flex-end">
        <TextInput
          type="date"
          label="Day"
          description="Yesterday where it is left empty"
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <Button
          loading={close.isPending}
          onClick={() =>
            close.mutate(day, {
              onSuccess: (done) => {
                if (done[0]) go(`/closes/${done[0].day}`);
              },
            })
          }
        >
          Compare and close
        </Button>
      </Group>
      {close.isPending ? (
        <Group gap="xs">
          <Loading />
          <Text size="sm">Both accounts are read, about a call for every hundred records. It goes on if you leave this page.</Text>
        </Group>
      ) : null}
      {close.error ? <Failed error={close.error} /> : null}
    </Stack>
  );
}

function List({ days }: { days: CloseRow[] }) {
  return (
    <Wide label="Closed days, the latest first">
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Day</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">Accounts</Table.Th>
            <Table.Th scope="col" className="amount">Orders</Table.Th>
            <Table.Th scope="col" className="amount">Differences</Table.Th>
            <Table.Th scope="col">Closed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map((day) => (
            <Table.Tr key={day.day + day.location + day.database}>
              <Table.Td>
                <Anchor component={Link} href={`/closes/${day.day}`} size="sm">
                  {shownDay(day.day)}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <CloseBadge value={day.state} />
              </Table.Td>
              <Table.Td>
                {day.location} and {day.database}
              </Table.Td>
              <Table.Td className="amount">{day.orders ?? "–"}</Table.Td>
              <Table.Td className="amount">
                {Object.entries(day.totals ?? {}).map(([currency, measures]) =>
                  Object.entries(measures)
                    .filter(([, sides]) => !isZero(sides.difference))
                    .map(([measure, sides]) => (
                      <div key={currency + measure}>
                        {measure} <Money amount={sides.difference} currency={currency} />
                      </div>
                    )),
                )}
              </Table.Td>
              <Table.Td>
                <Moment at={day.closed_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
