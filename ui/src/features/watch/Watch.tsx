import { Stack, Text, Title } from "@mantine/core";
import { AlertList } from "./AlertList";
import { Completeness } from "./Completeness";
import { Polling } from "./Polling";

export default function Watch() {
  return (
    <Stack>
      <Title order={1} size="h3">
        Nothing missed
      </Title>
      <Text size="sm" c="dimmed">
        A webhook can be lost. So every list is looked at again and again, and each day it is stated what came, by which way, and what did not.
      </Text>
      <Completeness />
      <Polling />
      <AlertList />
    </Stack>
  );
}
