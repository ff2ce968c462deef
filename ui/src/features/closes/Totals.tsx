import { Paper, Table, Text } from "@mantine/core";
import type { SideAmounts } from "../../api/types";
import { Money } from "../../components/money";
import { Wide } from "../../components/Wide";
import { byMeasure, words } from "./words";

/** Both sides, by currency and measure. */
export function Totals({ totals, none, label }: { totals: Record<string, Record<string, SideAmounts>>; none: string; label: string }) {
  const rows = Object.entries(totals)
    .sort(([one], [other]) => one.localeCompare(other))
    .flatMap(([currency, measures]) =>
      Object.entries(measures)
        .sort(([one], [other]) => byMeasure(one, other))
        .map(([measure, sides]) => ({ currency, measure, ...sides })),
    );
  if (rows.length === 0) return <Text size="sm">{none}</Text>;
  return (
    <Paper withBorder p="md">
      <Wide stacked label={label}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col" className="amount">HighLevel</Table.Th>
            <Table.Th scope="col" className="amount">Act!</Table.Th>
            <Table.Th scope="col" className="amount">Difference</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.currency + row.measure} className={row.highlevel === row.act ? undefined : "differs"}>
              <Table.Td>
                {words(row.measure)}, {row.currency}
              </Table.Td>
              <Table.Td className="amount"><Money amount={row.highlevel} currency={row.currency} /></Table.Td>
              <Table.Td className="amount"><Money amount={row.act} currency={row.currency} /></Table.Td>
              <Table.Td className="amount"><Money amount={row.difference} currency={row.currency} /></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      </Wide>
    </Paper>
  );
}
