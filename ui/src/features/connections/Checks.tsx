import { Alert, Badge, Button, Group, Loader, Paper, Stack, Text } from "@mantine/core";
import { useOwner } from "../../app/me";
import { Advice } from "../../components/Advice";
import { Failed } from "../../components/states";
import { useDiagnosis } from "./queries";
import type { Check } from "./types";

const OUTCOMES: Record<string, { color: string; text: string }> = {
  ok: { color: "green", text: "In order" },
  warning: { color: "yellow", text: "Doubtful" },
  problem: { color: "red", text: "Problem" },
  skipped: { color: "gray", text: "Not tried" },
};

/** Tries an account and says check by check what is the case, and what to do. */
export default function Checks({ name }: { name: string }) {
  const owner = useOwner();
  return owner ? <Tried name={name} /> : <Text size="sm">An owner can try this account here, check by check.</Text>;
}

function Tried({ name }: { name: string }) {
  const found = useDiagnosis(name);
  const again = () => void found.refetch();
  if (found.isFetching)
    return (
      <Group gap="sm" role="status">
        <Loader size="sm" aria-hidden />
        <Text size="sm">Trying ‘{name}’; this takes a few seconds, and up to a minute where it is slow …</Text>
      </Group>
    );
  if (found.error) return <Failed error={found.error} again={again} />;
  if (!found.data) return null;
  const { ok, message, checks } = found.data;
  return (
    <Stack gap="sm" align="stretch">
      <Alert role="status" color={ok ? "green" : "red"} title={ok ? `‘${name}’ works` : `‘${name}’ does not work as it should`}>
        <Text size="sm"><Advice>{message}</Advice></Text>
      </Alert>
      <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
        {checks.map((check) => (
          <OneCheck key={check.id} check={check} />
        ))}
      </Stack>
      <Group>
        <Button size="xs" variant="default" onClick={again}>
          Check again
        </Button>
      </Group>
    </Stack>
  );
}

function OneCheck({ check }: { check: Check }) {
  const look = OUTCOMES[check.outcome] ?? { color: "gray", text: check.outcome };
  return (
    <Paper withBorder p="xs" component="li">
      <Group gap="xs">
        <Badge color={look.color} variant="light" tt="none" fw={600} className={`tone-${look.color}`}>
          {look.text}
        </Badge>
        <Text size="sm" fw={600}>
          {check.title}
        </Text>
      </Group>
      <Text size="sm" mt={4} className="says">
        <Advice>{check.says}</Advice>
      </Text>
      {check.next ? (
        <Text size="sm">
          <b>To do:</b> <Advice>{check.next}</Advice>
        </Text>
      ) : null}
    </Paper>
  );
}
