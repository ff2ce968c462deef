import { Anchor, Box, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { Advice } from "../../components/Advice";
import { AlertsTo } from "../settings/AlertsTo";
import type { Accounts } from "../templates/types";
import { parted, todoOf } from "./todo";
import type { Check } from "./types";

interface Ways {
  accounts: Accounts;
  /** Something was done about a check: look again. */
  done: () => void;
  /** Try the flows on these accounts; ``trying`` while that is done. */
  tryThem: () => void;
  trying?: boolean;
}

/** Every check of going live: what is to be done first, each with the place to do it, and then what is so. */
export function CheckList({ checks, ...ways }: { checks: Check[] } & Ways) {
  const { open, passed } = parted(checks);
  return (
    <Stack gap="sm">
      <Text size="sm" fw={600} role="status">
        {open.length === 0
          ? `All ${passed.length} checks have passed.`
          : `${open.length} of ${checks.length} checks: something is to be done first. Nothing was switched on.`}
      </Text>
      {open.length > 0 ? (
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
          {open.map((check) => (
            <Paper withBorder p="sm" component="li" key={check.id}>
              <ToDo check={check} {...ways} first={check === firstOfKind(open, check)} />
            </Paper>
          ))}
        </Stack>
      ) : null}
      {passed.length > 0 ? (
        <details>
          <Text component="summary" size="sm">
            {passed.length === 1 ? "One check has passed" : `${passed.length} checks have passed`}
          </Text>
          <Box component="ul" m={0} pl="md">
            {passed.map((check) => (
              <li key={check.id}>
                <Text size="sm">
                  <b>{sentence(check.title)}</b>: <Advice>{check.says}</Advice>
                </Text>
              </li>
            ))}
          </Box>
        </details>
      ) : null}
    </Stack>
  );
}

function firstOfKind(open: Check[], check: Check): Check | undefined {
  const kind = (item: Check) => item.id.split(".")[0];
  return open.find((item) => kind(item) === kind(check));
}

function ToDo({ check, accounts, done, tryThem, trying = false, first }: { check: Check; first: boolean } & Ways) {
  const todo = todoOf(check, accounts);
  return (
    <Stack gap="xs">
      <Text size="sm">
        <b>To be done: {check.title}.</b> <Advice>{sentence(check.says)}</Advice>.
      </Text>
      {todo.says ? <Text size="sm">What to do: <Advice>{todo.says}</Advice></Text> : null}
      {todo.here === "alerts" ? <AlertsTo onChosen={done} /> : null}
      {todo.here === "try" && first ? (
        <Group>
          <Button size="xs" loading={trying} onClick={tryThem}>
            Try it now, without writing
          </Button>
        </Group>
      ) : null}
      {todo.link ? (
        <Anchor component={Link} href={todo.link.href} size="sm">
          {todo.link.label}
        </Anchor>
      ) : null}
    </Stack>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
