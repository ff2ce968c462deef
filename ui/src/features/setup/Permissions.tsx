import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import type { Accounts } from "../templates/types";
import Checks from "../connections/Checks";

export function Permissions({ accounts, madeUp, goOn }: { accounts: Accounts; madeUp: boolean; goOn: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        {madeUp
          ? "The made-up accounts let us do everything, so just go on. With your own accounts this page says what is missing, and where to give it."
          : "Each account is asked what it lets us do. What is missing can be given later too: then only what needs it waits. In HighLevel, scopes are ticked under Settings → Private Integrations → the integration → Edit; the token stays the same. In Act!, an administrator gives permissions under Tools → Manage Users."}
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {[accounts.highlevel, accounts.act].map((name) => (
          <Paper withBorder p="md" key={name} component="section" aria-label={name}>
            <Title order={3} size="h5" mb="xs">
              {name}
            </Title>
            <Checks name={name} />
          </Paper>
        ))}
      </SimpleGrid>
      <Group>
        <Button onClick={goOn}>Go on to the templates</Button>
      </Group>
    </Stack>
  );
}
