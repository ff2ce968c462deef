import { Button, Group, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Failed } from "../../components/states";
import { pathOf, type ConnectionOne, type Options } from "./types";

interface Typed {
  time_zone: string;
  currency: string;
  region: string;
  process: string;
  negative_prices: boolean;
}

const FIRST = { value: "", label: "The first active one" };

function typed(options: Options): Typed {
  return {
    time_zone: options.time_zone ?? "",
    currency: options.currency ?? "",
    region: options.region ?? "US",
    process: options.process ?? "",
    negative_prices: options.negative_prices ?? true,
  };
}

/** How an account is used; only what was changed is sent. */
export function OptionsForm({ item }: { item: ConnectionOne }) {
  const owner = useOwner();
  const queries = useQueryClient();
  const kept = typed(item.options);
  // Only what was touched: what is not shows what the server has, also when that changes meanwhile.
  const [changes, setChanges] = useState<Partial<Typed>>({});
  const now = { ...kept, ...changes };
  const differing = (Object.keys(changes) as (keyof Typed)[]).filter((key) => now[key] !== kept[key]);
  const save = useChange(async () => {
    const sent = Object.fromEntries(differing.map((key) => [key, now[key]])) as Partial<Typed>;
    await call("PATCH", pathOf(item.name), sent);
    // As the server keeps it, before what was sent is let go; what was typed meanwhile stays.
    await queries.invalidateQueries({ queryKey: ["live", "connections", item.name] });
    setChanges((typed) => Object.fromEntries(Object.entries(typed).filter(([key, value]) => sent[key as keyof Typed] !== value)));
  });
  const set = <Key extends keyof Typed>(key: Key, value: Typed[Key]) => setChanges((before) => ({ ...before, [key]: value }));
  const act = item.system === "act";
  const processes = [...new Set([...item.options.processes, ...(now.process ? [now.process] : [])])];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined);
      }}
    >
      <Stack gap="sm">
        <Select
          label="Time zone of its days"
          description={
            item.options.time_zone_from === "owner"
              ? "As an owner set it."
              : act
                ? "Nobody set one yet."
                : "HighLevel’s own for this location, unless you choose another."
          }
          placeholder={act ? "UTC, since nobody chose one" : "The location’s own"}
          searchable
          disabled={!owner}
          data={zones(now.time_zone)}
          value={now.time_zone || null}
          allowDeselect={false}
          onChange={(value) => set("time_zone", value ?? "")}
        />
        {act ? (
          <>
            <TextInput
              label="Currency of its amounts"
              description="Such as USD."
              maxLength={3}
              disabled={!owner}
              value={now.currency}
              onChange={(event) => set("currency", event.currentTarget.value)}
            />
            <TextInput
              label="Country of phone numbers typed without one"
              description="Such as US or GB."
              maxLength={2}
              required
              disabled={!owner}
              value={now.region}
              onChange={(event) => set("region", event.currentTarget.value)}
            />
            <Select
              label="Sales process for opportunities"
              description="Those that the database was seen to have; ‘Look around’ below looks again."
              disabled={!owner}
              allowDeselect={false}
              data={[FIRST, ...processes.map((name) => ({ value: name, label: name }))]}
              value={now.process}
              onChange={(value) => set("process", value ?? "")}
            />
            <Switch
              label="Line items may have a negative price"
              description="Where Act! refuses those, switch it off: discounts then go into the prices."
              disabled={!owner}
              checked={now.negative_prices}
              onChange={(event) => set("negative_prices", event.currentTarget.checked)}
            />
          </>
        ) : null}
        {save.error ? <Failed error={save.error} /> : null}
        {owner ? (
          <Group>
            <Button type="submit" size="xs" loading={save.isPending} disabled={differing.length === 0}>
              Save
            </Button>
            {differing.length > 0 ? (
              <Button size="xs" variant="default" onClick={() => setChanges({})}>
                Discard
              </Button>
            ) : null}
            <Text size="xs" role="status">
              {differing.length > 0 ? "Not saved yet." : save.isSuccess ? "Saved." : ""}
            </Text>
          </Group>
        ) : null}
      </Stack>
    </form>
  );
}

function zones(chosen: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([...(chosen ? [chosen] : []), "UTC", ...known])];
}
