import { Group } from "@mantine/core";
import { Link, useLocation } from "wouter";

const TABS = [
  { to: "/activity", label: "Runs" },
  { to: "/activity/events", label: "What came in" },
];

/** The lists of the activity; each has an address of its own. */
export function Tabs() {
  const [where] = useLocation();
  return (
    <Group component="nav" gap="lg" aria-label="Activity">
      {TABS.map(({ to, label }) => (
        <Link key={to} href={to} className="tab" aria-current={where === to ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </Group>
  );
}
