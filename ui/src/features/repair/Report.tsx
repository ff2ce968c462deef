import { Alert, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/client";
import { Advice } from "../../components/Advice";
import { shownMoney } from "../../components/money";
import { Asked } from "../../components/states";
import { type ReplayReport, statementOf } from "./statement";

/** How a replay of dead letters ends: proved, stopped again, or still on its way. */
export function Report({ id }: { id: string }) {
  const report = useQuery({
    queryKey: ["live", "replay", id],
    queryFn: () => call<ReplayReport>("GET", `/api/dead-letters/replays/${encodeURIComponent(id)}`),
    refetchInterval: (query) => (query.state.data?.ended ? false : 1000),
  });
  return (
    <Asked query={report}>
      {(data) => (
        <Alert role="status" color={data.stopped > 0 ? "orange" : "green"} title={data.ended ? "Tried again" : "Trying again …"}>
          <Text size="sm">{statementOf(data)}</Text>
          {data.parts
            .filter((part) => part.outcome === "stopped")
            .map((part) => (
              <Text size="sm" key={part.cause ?? ""}>
                <Advice>{part.reason}</Advice> <Advice>{part.todo}</Advice>
              </Text>
            ))}
          {Object.entries(data.released).map(([currency, amount]) => (
            <Text size="sm" key={currency}>
              Released: {shownMoney(amount, currency)}
            </Text>
          ))}
        </Alert>
      )}
    </Asked>
  );
}
