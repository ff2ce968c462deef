import { Group, NativeSelect, Paper, SegmentedControl, Stack, Table, Text, Title } from "@mantine/core";
import { type ReactNode, useId, useMemo, useState } from "react";
import { shownDay } from "../../components/moment";
import { Failed } from "../../components/states";
import { Wide } from "../../components/Wide";
import { Chart } from "./Chart";
import { currenciesOf, seriesOf, type Series, type TrendShown, useTrends, type What } from "./trendSeries";

const RANGES = ["7", "30", "90"];
const KINDS: { value: What; label: string }[] = [
  { value: "orders", label: "Orders" },
  { value: "money", label: "Money" },
  { value: "latency", label: "Time to proof" },
];

/** How the last days of a pair went; ``first`` is what is shown until that is known. */
export default function Trends({ highlevel, act, first }: { highlevel: string; act: string; first: ReactNode }) {
  const id = useId();
  const [range, setRange] = useState("30");
  const [what, setWhat] = useState<What>("orders");
  const [chosen, setChosen] = useState("");
  const found = useTrends(Number(range));
  const trend = found.data?.find((item) => item.highlevel === highlevel && item.act === act);
  if (!trend) {
    return (
      <>
        {first}
        {found.error ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
      </>
    );
  }
  const currencies = currenciesOf(trend);
  const currency = currencies.includes(chosen) ? chosen : (currencies[0] ?? "");
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={id}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h5" id={id}>
            Trends
          </Title>
          <Group gap="xs">
            <SegmentedControl size="xs" aria-label="What is drawn" data={KINDS} value={what} onChange={(value) => setWhat(value as What)} />
            <SegmentedControl
              size="xs"
              aria-label="How many days"
              data={RANGES.map((value) => ({ value, label: `${value} days` }))}
              value={range}
              onChange={setRange}
            />
            {what === "money" && currencies.length > 1 ? (
              <NativeSelect size="xs" aria-label="Currency" data={currencies} value={currency} onChange={(event) => setChosen(event.currentTarget.value)} />
            ) : null}
          </Group>
        </Group>
        <Drawn trend={trend} what={what} currency={currency} />
      </Stack>
    </Paper>
  );
}

function Drawn({ trend, what, currency }: { trend: TrendShown; what: What; currency: string }) {
  const { days, series } = useMemo(() => seriesOf(trend, what, currency), [trend, what, currency]);
  const name = {
    orders: "Orders by day",
    money: `What was ordered by day, in ${currency}, on both sides`,
    latency: "Time from a change to its last proved write, by day",
  }[what];
  const label = `${name}, ${shownDay(trend.since)} to ${shownDay(trend.until)}`;
  return (
    <>
      <Text size="xs" c="dimmed">
        {label} ({trend.zone})
      </Text>
      <Chart what={what} days={days} series={series} label={`${label}; the table below says the same`} />
      <details>
        <summary>The same as a table</summary>
        <AsTable days={days} series={series} label={label} />
      </details>
    </>
  );
}

function AsTable({ days, series, label }: { days: string[]; series: Series[]; label: string }) {
  return (
    <Wide label={label}>
      <Table verticalSpacing={2}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Day</Table.Th>
            {series.map((item) => (
              <Table.Th key={item.name} scope="col" className="amount">
                {item.name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map((day, place) => (
            <Table.Tr key={day}>
              <Table.Td>{shownDay(day)}</Table.Td>
              {series.map((item) => (
                <Table.Td key={item.name} className="amount">
                  {item.texts[place]}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}
