import { Badge, Group, Stack, Text } from "@mantine/core";
import type { Between } from "./types";

/** Between which accounts a template is on. */
export function OnOff({ between }: { between: Between[] }) {
  if (between.length === 0) return <Text size="sm" c="dimmed">Not enabled yet.</Text>;
  return (
    <Stack gap={4}>
      {between.map((item) => {
        const color = item.on === item.flows ? "green" : item.on === 0 ? "gray" : "yellow";
        const text = item.on === item.flows ? "On" : item.on === 0 ? "Off" : `${item.on} of ${item.flows} on`;
        return (
          <Group key={item.highlevel + item.act} gap="xs">
            <Badge color={color} className={`tone-${color}`} variant="light" tt="none">
              {text}
            </Badge>
            <Text size="sm">
              {item.highlevel} and {item.act}
              {item.mode === "live" ? "" : ` (${item.mode})`}
            </Text>
          </Group>
        );
      })}
    </Stack>
  );
}
