import { Alert, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { Advice } from "../../components/Advice";
import { shownDay } from "../../components/moment";

interface Waiting {
  waits_since: string | null;
  waits_for: string | null;
}
interface Daily extends Waiting {
  location: string;
  database: string;
  day: string | null;
  statements: (Waiting & { connection: string })[];
}

/** What the server has closed by itself, and why a later day waits; nothing where it has not begun to. */
export function ByItself() {
  const status = useQuery({
    queryKey: ["live", "daily"],
    queryFn: () => call<{ daily_closes: Daily[] }>("GET", "/api/status"),
  });
  const pairs = status.data?.daily_closes ?? [];
  const waiting = pairs.flatMap((item) => [
    { name: `${item.location} and ${item.database}`, ...item },
    ...item.statements.map((part) => ({ name: `What came of ${part.connection}`, ...part })),
  ]);
  return (
    <>
      {pairs
        .filter((item) => item.day !== null)
        .map((item) => (
          <Text size="sm" key={item.location + item.database}>
            {item.location} and {item.database}: closed by itself up to {shownDay(item.day ?? "")}.
          </Text>
        ))}
      {waiting
        .filter((item) => item.waits_since !== null)
        .map((item) => (
          <Alert key={item.name} color="yellow" title={`${item.name}: ${shownDay(item.waits_since ?? "")} waits`}>
            <Text size="sm">
              <Advice>{item.waits_for}</Advice>
            </Text>
          </Alert>
        ))}
    </>
  );
}
