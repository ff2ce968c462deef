import { Alert, Anchor, Button, Checkbox, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import type { Difference, Finding, SideAmounts } from "../../api/types";
import { Back } from "../../components/Back";
import { Moment } from "../../components/moment";
import { Failed } from "../../components/states";
import { Differences, Findings } from "./Differences";
import { Totals } from "./Totals";
import { inWords } from "./words";

/** Both sides as their APIs show them at a moment. */
interface Comparison {
  compared_at: string;
  pairs: {
    source: string;
    target: string;
    agrees: boolean;
    line: string;
    totals: Record<string, Record<string, SideAmounts>>;
    duplicates: Record<string, number>;
    unreadable: number;
    differences: Difference[];
    findings: Finding[];
  }[];
}

export default function ComparePage() {
  const [lines, setLines] = useState(false);
  // It costs calls, so it is asked for by a person alone; what it said stays while the person looks elsewhere.
  const found = useQuery({
    queryKey: ["reconcile", lines],
    queryFn: () => call<Comparison>("GET", `/api/reconcile?lines=${lines}`),
    enabled: false,
    retry: false,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  return (
    <Stack>
      <Back to="/closes">All closed days</Back>
      <Title order={1} size="h3">
        Both sides now
      </Title>
      <Text size="sm" c="dimmed">
        Reads both accounts whole and compares them sale by sale, to the cent. Nothing is changed and nothing is kept: to keep a day, close it.
      </Text>
      <Group align="flex-end">
        <Button loading={found.isFetching} onClick={() => void found.refetch()}>
          Compare now
        </Button>
        <Checkbox
          label="Also each line, discount, tax and shipping"
          description="A call more for each sale"
          checked={lines}
          disabled={found.isFetching}
          onChange={(event) => setLines(event.currentTarget.checked)}
        />
      </Group>
      {found.isFetching ? (
        <Group gap="xs" role="status">
          <Loader size="sm" aria-hidden />
          <Text size="sm">Both accounts are read, about a call for every hundred records, which may take minutes.</Text>
        </Group>
      ) : null}
      {found.error && !found.isFetching ? <Failed error={found.error} /> : null}
      {found.data ? <Result found={found.data} /> : null}
    </Stack>
  );
}

function Result({ found }: { found: Comparison }) {
  return (
    <>
      <Text size="sm" c="dimmed">
        Compared <Moment at={found.compared_at} />
      </Text>
      {found.pairs.map((pair) => (
        <Stack key={pair.source + pair.target} component="section" aria-label={`${pair.source} and ${pair.target}`}>
          <Alert color={pair.agrees ? "green" : "orange"} title={`${pair.source} and ${pair.target}`}>
            <Text data-testid="compare-line">{inWords(pair.line)}</Text>
          </Alert>
          <Totals totals={pair.totals} none="Nothing is on either side." label="Both sides now" />
          <Twice pair={pair} />
          {pair.differences.length > 0 ? <Differences found={pair.differences} /> : null}
          {pair.findings.length > 0 ? <Findings found={pair.findings} /> : null}
        </Stack>
      ))}
    </>
  );
}

function Twice({ pair }: { pair: Comparison["pairs"][number] }) {
  const twice = Object.entries(pair.duplicates).filter(([, count]) => count > 0);
  return (
    <>
      {twice.length > 0 ? <Text size="sm">Twice in Act!: {twice.map(([what, count]) => `${count} ${what}`).join(", ")}.</Text> : null}
      {pair.unreadable > 0 ? (
        <Text size="sm">
          {pair.unreadable} HighLevel {pair.unreadable === 1 ? "record" : "records"} cannot be read.{" "}
          <Anchor component={Link} href="/repair" size="sm">
            To the repair page
          </Anchor>
        </Text>
      ) : null}
    </>
  );
}
