import { Badge, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDeferredValue, useMemo } from "react";
import { Link } from "wouter";
import { useAddress, useTyped } from "../../components/search";
import { Asked, Nothing } from "../../components/states";
import "./catalogue.css";
import { useOperations } from "./queries";
import type { OperationRow } from "./types";
import { EFFECTS, fits, SYSTEMS, TIERS } from "./words";

function choices(every: string, words: Record<string, string>) {
  return [{ value: "", label: every }, ...Object.entries(words).map(([value, label]) => ({ value, label }))];
}
const SELECTS = [
  { name: "system", label: "System", data: choices("Every system", SYSTEMS) },
  { name: "kind", label: "Sort", data: choices("Triggers and actions", { trigger: "Triggers", action: "Actions" }) },
  { name: "tier", label: "How well known", data: choices("However well", TIERS) },
  { name: "effect", label: "Effect", data: choices("Every effect", EFFECTS) },
];

export default function Catalogue() {
  const operations = useOperations();
  const [address, change] = useAddress();
  const [text, type] = useTyped("q");
  return (
    <Stack>
      <Title order={1} size="h3">
        Catalogue
      </Title>
      <Text size="sm" c="dimmed">
        Everything that a flow can listen to or do, with what it costs and how it is proved.
      </Text>
      <Group align="flex-end">
        <TextInput
          label="Find operations"
          placeholder="invoice void, contact, POST …"
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          w={{ base: "100%", sm: 380 }}
        />
        {SELECTS.map(({ name, label, data }) => (
          <Select
            key={name}
            label={label}
            data={data}
            value={address.get(name) ?? ""}
            allowDeselect={false}
            onChange={(value) => change({ [name]: value || null })}
            w={{ base: "100%", xs: 200 }}
          />
        ))}
      </Group>
      <Asked query={operations}>{(rows) => <List rows={rows} text={text} address={address} />}</Asked>
    </Stack>
  );
}

function List({ rows, text, address }: { rows: OperationRow[]; text: string; address: URLSearchParams }) {
  // What is typed shows at once; the list follows as fast as it can.
  const q = useDeferredValue(text);
  const [system, kind, tier, effect] = SELECTS.map(({ name }) => address.get(name) ?? "") as [string, string, string, string];
  const shown = useMemo(() => rows.filter((row) => fits(row, { q, system, kind, tier, effect })), [rows, q, system, kind, tier, effect]);
  return (
    <>
      <Text size="sm" role="status">
        {shown.length === rows.length ? `${rows.length} operations` : `${shown.length} of ${rows.length} operations`}
      </Text>
      {shown.length === 0 ? (
        <Nothing title="No operation fits">All words have to occur in its name, its description or its path.</Nothing>
      ) : (
        <ul className="operations">
          {shown.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      )}
    </>
  );
}

function Row({ row }: { row: OperationRow }) {
  return (
    <li>
      <Link href={`/catalogue/${encodeURIComponent(row.id)}`}>{row.title}</Link> <code>{row.id}</code>
      <div className="about">
        {SYSTEMS[row.system]} {row.kind} · {row.denied ? "refused" : row.effects.map((effect) => EFFECTS[effect]).join(", ")}
        {row.tier === "api" ? " · any published call" : ""}
      </div>
    </li>
  );
}

export function TierBadge({ tier }: { tier: OperationRow["tier"] }) {
  const color = { curated: "green", api: "blue", denied: "red" }[tier];
  return (
    <Badge color={color} variant="light" tt="none" fw={600} className={`tone-${color}`}>
      {TIERS[tier]}
    </Badge>
  );
}
