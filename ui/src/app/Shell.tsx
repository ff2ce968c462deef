import {
  ActionIcon, AppShell, Badge, Box, Burger, Group, Menu, NavLink, ScrollArea, Text, UnstyledButton,
  useComputedColorScheme, useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useRef, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { useHome, useLive, useSignOut } from "../api/queries";
import type { Home, Session } from "../api/types";
import { Zone } from "../components/moment";
import { useArrival } from "./arrival";
import { MeProvider } from "./me";
import { MENU, type Page } from "./pages";

/** The frame of all pages; while nobody is signed in any more, it listens to nothing. */
export function Shell({ session, away, children }: { session: Session; away: boolean; children: ReactNode }) {
  const [open, { toggle, close }] = useDisclosure(false);
  const home = useHome();
  const content = useRef<HTMLDivElement>(null);
  useLive(!away);
  useArrival(content);
  const waiting = home.data?.causes.reduce((sum, cause) => sum + cause.records, 0) ?? 0;
  return (
    <MeProvider value={session}>
      <Zone.Provider value={home.data?.pairs[0]?.zone}>
        <a
          className="skip"
          href="#content"
          onClick={(event) => {
            event.preventDefault();
            content.current?.focus();
          }}
        >
          To the content
        </a>
        <AppShell
          header={{ height: 56 }}
          navbar={{ width: 210, breakpoint: "sm", collapsed: { mobile: !open } }}
          padding="md"
        >
          <AppShell.Header>
            <Group h="100%" px="md" justify="space-between" wrap="nowrap">
              <Group gap="sm" wrap="nowrap">
                <Burger
                  opened={open}
                  onClick={toggle}
                  hiddenFrom="sm"
                  size="sm"
                  aria-label={open ? "Close the menu" : "Open the menu"}
                />
                <Text fw={700} component={Link} href="/" c="inherit" td="none">
                  orderbridge
                </Text>
              </Group>
              <Group gap="xs" wrap="nowrap">
                <Scheme />
                <Person session={session} />
              </Group>
            </Group>
          </AppShell.Header>
          <AppShell.Navbar p="xs" component="nav" aria-label="Pages">
            <ScrollArea>
              {MENU.map(({ title, pages }) => (
                <Box key={title} mb="xs" role={title ? "group" : undefined} aria-label={title || undefined}>
                  {title ? (
                    <Text size="xs" fw={600} c="dimmed" px="sm" pt={4}>
                      {title}
                    </Text>
                  ) : null}
                  {pages
                    .filter((page) => !page.owner || session.role === "owner")
                    .map((page) => (
                      <Entry key={page.to} page={page} waiting={waiting} onGo={close} />
                    ))}
                </Box>
              ))}
            </ScrollArea>
          </AppShell.Navbar>
          <AppShell.Main>
            <Mode home={home.data} />
            <Box id="content" ref={content} tabIndex={-1} maw={1180} mx="auto">
              {children}
            </Box>
          </AppShell.Main>
        </AppShell>
      </Zone.Provider>
    </MeProvider>
  );
}

function Entry({ page: { to, label, also }, waiting, onGo }: { page: Page; waiting: number; onGo: () => void }) {
  const [where] = useLocation();
  const here = where === to || (to !== "/" && where.startsWith(`${to}/`)) || (also?.includes(where) ?? false);
  return (
    <NavLink
      component={Link}
      href={to}
      label={label}
      py={6}
      active={here}
      aria-current={here ? "page" : undefined}
      onClick={onGo}
      rightSection={
        to === "/repair" && waiting > 0 ? (
          <Badge className="tone-orange" color="orange" variant="light" aria-label={`${waiting} wait`}>
            {waiting}
          </Badge>
        ) : null
      }
    />
  );
}

/** Test and live must never be taken for each other. */
function Mode({ home }: { home: Home | undefined }) {
  const modes = new Set(home?.connections.map((item) => item.mode));
  if (!home || modes.size === 0) return null;
  const paused = home.writes_paused ? (
    <Box className="mode mode-test" role="status" mb="sm">
      All writes are paused: what comes in is kept and waits. <Link href="/settings/writes">Let them go on</Link>
    </Box>
  ) : null;
  if (modes.has("live")) return paused;
  const [mode] = modes;
  return (
    <>
      <Box className="mode mode-test" mb="sm">
        {mode === "sandbox" ? "Sandbox: made-up accounts, no real money" : "Test mode: no real money"}
      </Box>
      {paused}
    </>
  );
}

function Scheme() {
  const { setColorScheme } = useMantineColorScheme();
  const now = useComputedColorScheme("light");
  const other = now === "dark" ? "light" : "dark";
  return (
    <ActionIcon variant="default" size="lg" aria-label={`Switch to the ${other} theme`} onClick={() => setColorScheme(other)}>
      <svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden>
        <circle cx="12" cy="12" r="9" />
        <path d="M12 3v18a9 9 0 0 0 0-18z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}

function Person({ session }: { session: Session }) {
  const leave = useSignOut();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={`Signed in as ${session.name}; open the menu`} p={6}>
          <Text size="sm" fw={600}>
            {session.name}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.role === "owner" ? "Owner" : "Bookkeeper: reads, changes nothing"}</Menu.Label>
        <Menu.Item component={Link} href="/settings/account">
          My account
        </Menu.Item>
        <Menu.Item component="a" href="/docs">
          HTTP API
        </Menu.Item>
        <Menu.Item onClick={() => leave.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
