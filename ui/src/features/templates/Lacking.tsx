import { Alert, Box, Stack, Switch, Text } from "@mantine/core";
import { Asked } from "../../components/states";
import { useMissing } from "./queries";
import type { Accounts } from "./types";

/** What would be created in Act!, before it is. */
export function Lacking({ template, accounts, create, setCreate }: { template: string; accounts: Accounts; create: boolean; setCreate: (create: boolean) => void }) {
  const missing = useMissing(template, accounts);
  return (
    <Asked query={missing}>
      {({ missing: items }) => {
        const tables = items.filter((item) => item.startsWith("table "));
        return items.length === 0 ? (
          <Text size="sm">{accounts.act} has all the tables and fields that are needed: nothing will be created there.</Text>
        ) : (
          <Alert color="blue" title={`${accounts.act} lacks ${items.length} ${items.length === 1 ? "table or field" : "tables and fields"}`}>
            <Stack gap="xs">
              <details open={items.length < 6}>
                <Text component="summary" size="sm">
                  {tables.length > 0 ? `${tables.length} ${tables.length === 1 ? "table" : "tables"} and ` : ""}
                  {items.length - tables.length} {items.length - tables.length === 1 ? "field" : "fields"}: show each
                </Text>
                <Box component="ul" m={0} pl="md" style={{ columns: "20rem" }}>
                  {items.map((item) => (
                    <li key={item}>
                      <Text size="sm">{item}</Text>
                    </li>
                  ))}
                </Box>
              </details>
              <Switch
                label={`Create these in ${accounts.act}`}
                description="Without them payments go into the history, and orders in other currencies than the database’s own wait for a person."
                checked={create}
                onChange={(event) => setCreate(event.currentTarget.checked)}
              />
            </Stack>
          </Alert>
        );
      }}
    </Asked>
  );
}
