import { Box, NavLink, SimpleGrid, Stack, Title } from "@mantine/core";
import type { ComponentType } from "react";
import { Link } from "wouter";
import { Nothing } from "../../components/states";
import { AboutHere } from "./About";
import { Account } from "./Account";
import { BackupAndRestore } from "./Backup";
import { GoingLive } from "./GoingLive";
import { Keys } from "./Keys";
import { Notifications } from "./Notifications";
import { Tokens } from "./Tokens";
import { Users } from "./Users";
import { Writes } from "./Writes";

const SECTIONS: { at: string; label: string; part: ComponentType }[] = [
  { at: "account", label: "My account", part: Account },
  { at: "users", label: "Users", part: Users },
  { at: "tokens", label: "API tokens", part: Tokens },
  { at: "notifications", label: "Notifications", part: Notifications },
  { at: "backup", label: "Backup and restore", part: BackupAndRestore },
  { at: "keys", label: "Keys", part: Keys },
  { at: "writes", label: "Writes", part: Writes },
  { at: "going-live", label: "Going live", part: GoingLive },
  { at: "about", label: "About", part: AboutHere },
];

export default function Settings({ section = "account" }: { section?: string }) {
  const chosen = SECTIONS.find((item) => item.at === section);
  const Part = chosen?.part;
  return (
    <Stack>
      <Title order={1} size="h3" data-title={chosen ? `${chosen.label} · Settings` : undefined}>
        Settings
      </Title>
      <Box className="beside">
        <Box component="nav" aria-label="Settings">
          <SimpleGrid cols={{ base: 2, xs: 3, sm: 1 }} spacing={2} verticalSpacing={2}>
            {SECTIONS.map(({ at, label }) => (
              <NavLink
                key={at}
                component={Link}
                href={`/settings/${at}`}
                label={label}
                py={6}
                active={at === section}
                aria-current={at === section ? "page" : undefined}
              />
            ))}
          </SimpleGrid>
        </Box>
        <Box miw={0}>
          {Part ? <Part key={section} /> : <Nothing title="There are no such settings">Choose some of those that are listed.</Nothing>}
        </Box>
      </Box>
    </Stack>
  );
}
