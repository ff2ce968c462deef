import { Button, Group, NativeSelect, NumberInput, SimpleGrid, Stack, Text } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { Failed } from "../../components/states";
import { inSeconds, inUnit, UNITS } from "./lengths";
import { useChangePaces } from "./queries";
import type { Paces, Polled } from "./types";

type Interval = Exclude<keyof Paces, "share">;
const INTERVALS: { name: Interval; label: string }[] = [
  { name: "recent_s", label: "Records of the last 2 days" },
  { name: "month_s", label: "Records of the last 35 days" },
  { name: "older_s", label: "All records; finds deletions" },
  { name: "whole_s", label: "Lists that cannot be asked by date" },
  { name: "parts_recent_s", label: "Fulfilments, last 2 days" },
  { name: "parts_month_s", label: "Fulfilments, last 35 days" },
  { name: "parts_older_s", label: "Fulfilments, all others" },
];
const LEAST_S = 5;
const LONGEST_S = 30 * 86_400;

interface Typed {
  count: number | string;
  unit: string;
}

/** What is wanted of a connection's polling; only what was changed is sent. */
export function PaceForm({ row }: { row: Polled }) {
  const change = useChangePaces(row.connection);
  const [typed, setTyped] = useState<Partial<Record<Interval, Typed>>>({});
  const [share, setShare] = useState<number | string | null>(null);
  const of = (name: Interval): Typed => typed[name] ?? inUnit(row.settings[name]);
  const set = (name: Interval, part: Partial<Typed>) => setTyped((before) => ({ ...before, [name]: { ...of(name), ...part } }));
  const percent = share ?? Math.round(row.settings.share * 100);
  const wanted: Partial<Paces> = {};
  for (const { name } of INTERVALS) {
    const seconds = secondsOf(of(name));
    if (seconds !== row.settings[name]) wanted[name] = seconds;
  }
  if (share !== null && Number(share) / 100 !== row.settings.share) wanted.share = Number(share) / 100;
  const wrong = INTERVALS.some(({ name }) => !fits(secondsOf(of(name)))) || percent === "" || Number(percent) < 1 || Number(percent) > 100;
  const unsaved = Object.keys(wanted).length > 0;

  function save(event: FormEvent) {
    event.preventDefault();
    if (wrong || !unsaved) return;
    change.mutate(wanted, {
      onSuccess: () => {
        setTyped({});
        setShare(null);
      },
    });
  }

  return (
    <details>
      <summary>Change how often we look at {row.connection}</summary>
      <form onSubmit={save}>
        <Stack gap="sm" mt="sm">
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {INTERVALS.map(({ name, label }) => (
              <Group key={name} align="flex-end" gap="xs" wrap="nowrap">
                <NumberInput
                  label={label}
                  min={1}
                  allowNegative={false}
                  hideControls
                  value={of(name).count}
                  onChange={(count) => set(name, { count })}
                  error={fits(secondsOf(of(name))) ? undefined : "From 5 seconds to 30 days"}
                  style={{ flex: 1 }}
                />
                <NativeSelect
                  aria-label={`Unit of: ${label}`}
                  data={UNITS.map((item) => item.name)}
                  value={of(name).unit}
                  onChange={(event) => set(name, { unit: event.currentTarget.value })}
                />
              </Group>
            ))}
            <NumberInput
              label="Share of a day’s permitted calls, in percent"
              description="What comes in live goes first in any case"
              min={1}
              max={100}
              hideControls
              value={percent}
              onChange={setShare}
            />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            Where the calls do not suffice, the oldest records wait longer first; every record is looked at at least once a month.
          </Text>
          {change.error ? <Failed error={change.error} /> : null}
          <Group>
            <Button type="submit" size="xs" disabled={wrong || !unsaved} loading={change.isPending}>
              Save
            </Button>
            {unsaved ? (
              <>
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => {
                    setTyped({});
                    setShare(null);
                  }}
                >
                  Undo
                </Button>
                <Text size="sm" role="status">
                  Not saved yet
                </Text>
              </>
            ) : change.isSuccess ? (
              <Text size="sm" role="status">
                Saved; it holds from the next round on.
              </Text>
            ) : null}
          </Group>
        </Stack>
      </form>
    </details>
  );
}

function secondsOf({ count, unit }: Typed): number {
  return count === "" ? NaN : inSeconds(Number(count), unit);
}

function fits(seconds: number): boolean {
  return seconds >= LEAST_S && seconds <= LONGEST_S;
}
