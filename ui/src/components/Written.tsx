import { SimpleGrid, Text } from "@mantine/core";
import { Folded } from "./Folded";
import { Json } from "./Json";

/** What a write sent, and what reading it back showed; above it what differs, if anything. */
export function Written({ sent, readBack, differences }: { sent: unknown; readBack: unknown; differences: unknown[] }) {
  return (
    <>
      {differences.length > 0 ? <Json value={differences} label="What differs" /> : null}
      <Folded summary="sent and read back">
        {() => (
          <SimpleGrid cols={{ base: 1, sm: 2 }} mt={4}>
            <div>
              <Text size="xs" fw={600}>Sent</Text>
              <Json value={sent} label="Sent" />
            </div>
            <div>
              <Text size="xs" fw={600}>Read back</Text>
              <Json value={readBack} label="Read back" />
            </div>
          </SimpleGrid>
        )}
      </Folded>
    </>
  );
}
