import { Anchor, Button, Group, NativeSelect, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { call } from "../../api/client";
import { useChange, useCloses, useHome } from "../../api/queries";
import type { CloseDay, CloseRow } from "../../api/types";
import { useOwner } from "../../app/me";
import { CloseBadge } from "../../components/badges";
import { Moment, shownDay } from "../../components/moment";
import { isZero, Money } from "../../components/money";
import { Asked, Failed, Loading, Nothing } from "../../components/states";
import { Term } from "../../components/Term";
import { Wide } from "../../components/Wide";
import { ByItself } from "./ByItself";

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
      <Group>
        <Anchor component={Link} href="/closes/now" size="sm">
          Compare both sides now, without closing a day
        </Anchor>
      </Group>
      <CloseADay />
      <ByItself />
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
  const [pair, setPair] = useState("");
  const pairs = useHome().data?.pairs ?? [];
  const chosen = pairs[Number(pair)];
  const close = useChange((given: Record<string, string>) => call<CloseDay[]>("POST", "/api/closes", given));
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
        {pairs.length > 1 ? (
          <NativeSelect
            label="Accounts"
            data={[{ value: "", label: "All" }, ...pairs.map((item, place) => ({ value: String(place), label: `${item.highlevel} and ${item.act}` }))]}
            value={pair}
            onChange={(event) => setPair(event.currentTarget.value)}
          />
        ) : null}
        <Button
          loading={close.isPending}
          onClick={() =>
            close.mutate({ ...(day ? { day } : {}), ...(pair && chosen ? { location: chosen.highlevel, database: chosen.act } : {}) }, {
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
    <Wide stacked label="Closed days, the latest first">
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
