import { Alert, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Advice } from "../../components/Advice";
import { Confirm } from "../../components/Confirm";
import { Failed } from "../../components/states";
import type { Choices, Standing } from "./progress";
import { useEndSandbox, useSandbox, useStartSandbox } from "./queries";

export function Choose({ at, choose }: { at: Standing; choose: (more: Choices) => void }) {
  const sandbox = useSandbox().data;
  const start = useStartSandbox();
  const end = useEndSandbox();
  const forget = { checked: undefined, tried: undefined };
  return (
    <Stack>
      {sandbox?.ended ? (
        <Alert color="yellow" title="The last sandbox does not run any more">
          <Text size="sm">
            <Advice>{sandbox.ended}</Advice>. Its orders stay here to be read; ‘Try without accounts’ starts a new one.
          </Text>
        </Alert>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Paper withBorder p="lg">
          <Stack gap="sm">
            <Title order={3} size="h5">
              See it work first
            </Title>
            <Text size="sm">
              A made-up shop in HighLevel and a made-up Act! database are started on this server, with two months of
              business. Nothing real is touched, and it takes a minute.
            </Text>
            <Group>
              {sandbox?.running ? (
                <>
                  <Button onClick={() => choose({ way: "sandbox" })}>Go on with the sandbox</Button>
                  <Confirm
                    label="End the sandbox"
                    title="End the sandbox?"
                    text="Both made-up accounts are gone then. Their connections stay, paused, and their flows are switched off; what was carried over can still be read here."
                    action="End it"
                    onYes={() => end.mutate()}
                  />
                </>
              ) : (
                <Button
                  size="md"
                  loading={start.isPending}
                  disabled={sandbox ? !sandbox.can_start : true}
                  // Chosen before it is done: once it runs, this step is over and this button gone.
                  onClick={() => {
                    choose({ way: "sandbox", ...forget });
                    start.mutate();
                  }}
                >
                  Try without accounts
                </Button>
              )}
            </Group>
            {sandbox && !sandbox.running && sandbox.why_not ? <Text size="sm">Not here: <Advice>{sandbox.why_not}</Advice>.</Text> : null}
            {start.error ? <Failed error={start.error} /> : null}
            {end.error ? <Failed error={end.error} /> : null}
          </Stack>
        </Paper>
        <Paper withBorder p="lg">
          <Stack gap="sm">
            <Title order={3} size="h5">
              Begin with your own
            </Title>
            <Text size="sm">
              You need a HighLevel location in which you may create a private integration, and a user of Act! with the
              right to use the Web API. Nothing is written until you say so.
            </Text>
            <Group>
              <Button size="md" variant={at.way === "accounts" ? "filled" : "default"} onClick={() => choose({ way: "accounts", ...forget })}>
                Connect my accounts
              </Button>
            </Group>
          </Stack>
        </Paper>
      </SimpleGrid>
    </Stack>
  );
}
