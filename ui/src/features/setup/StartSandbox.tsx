import { Button, Stack, Text } from "@mantine/core";
import { useLocation } from "wouter";
import { Failed } from "../../components/states";
import { remember, remembered } from "./progress";
import { useSandbox, useStartSandbox } from "./queries";

/** Start made-up accounts from any page, and go on with them on the set-up page. */
export function StartSandbox({ label }: { label: string }) {
  const sandbox = useSandbox().data;
  const [, go] = useLocation();
  const start = useStartSandbox(() => {
    remember({ ...remembered(), way: "sandbox", checked: undefined, tried: undefined });
    go("/setup");
  });
  if (!sandbox?.can_start && !start.isPending) return null;
  return (
    <Stack gap="xs" align="center">
      <Button
        size="md"
        loading={start.isPending}
        onClick={() => start.mutate()}
      >
        {label}
      </Button>
      {start.isPending ? (
        <Text size="sm" role="status">
          Making up a shop and a database; this takes some seconds …
        </Text>
      ) : null}
      {start.error ? <Failed error={start.error} /> : null}
    </Stack>
  );
}
