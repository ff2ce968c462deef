import { Anchor, Badge, Button, Group, Modal, Stack, Tabs, Text, TextInput, Title } from "@mantine/core";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { Link } from "wouter";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useOwner } from "../../app/me";
import { Back } from "../../components/Back";
import { Confirm } from "../../components/Confirm";
import { useAddress } from "../../components/search";
import { Asked, Failed, Loading } from "../../components/states";
import { Build } from "./Build";
import { ClashShown } from "./Clash";
import { DraftKeeper, present } from "./Drafts";
import { Publish } from "./Publish";
import { flowPath, useFlow, type Flow } from "./queries";
import { Starting } from "./Starting";
import { Versions } from "./Versions";

const Yaml = lazy(() => import("./Yaml"));

export default function FlowPage({ name }: { name: string }) {
  const flow = useFlow(name);
  return (
    <Stack gap="xs">
      <Back to="/flows">All flows</Back>
      <Asked query={flow} title="Flow">
        {(found) => <OneFlow key={found.id} flow={found} />}
      </Asked>
    </Stack>
  );
}

function OneFlow({ flow }: { flow: Flow }) {
  const owner = useOwner();
  // One keeper for the life of the page: what it holds is newer than what is asked anew.
  const [keeper, setKeeper] = useState(() => new DraftKeeper(flow));
  const state = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  const [address, change] = useAddress();
  const tab = address.get("tab") ?? "build";
  useEffect(() => keeper.open(), [keeper]);
  useEffect(() => keeper.arrive(present(flow)), [keeper, flow]);
  useUnsaved(state.queue.length > 0);
  /** After the draft was replaced as a whole: what could be taken back belongs to another one. */
  const begun = (fresh: Flow) => {
    localStorage.removeItem(`orderbridge.flow.${flow.id}`);
    setKeeper(new DraftKeeper(fresh));
    change({ tab: null });
  };
  return (
    <Stack>
      <Head flow={flow} keeper={keeper} title={state.shown.title} owner={owner}>
        {owner ? <Publish keeper={keeper} state={state} /> : null}
      </Head>
      <ClashShown keeper={keeper} state={state} />
      {state.trouble && !state.clash ? (
        <Failed error={state.trouble} again={() => keeper.again()} />
      ) : null}
      {owner ? <Starting flow={flow} /> : null}
      <Tabs value={tab} onChange={(value) => change({ tab: value === "build" ? null : value })} keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="build">Build</Tabs.Tab>
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="yaml">YAML</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="build">
          <Build keeper={keeper} state={state} readOnly={!owner} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Versions flow={flow} owner={owner} begun={begun} />
        </Tabs.Panel>
        <Tabs.Panel value="yaml">
          <Suspense fallback={<Loading />}>
            <Yaml flow={flow} revision={state.revision} owner={owner} begun={begun} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <Text>
            What this flow did about each change is shown under{" "}
            <Anchor component={Link} href={`/activity?q=${encodeURIComponent(flow.name)}`}>
              Activity, with the runs of {flow.name}
            </Anchor>
            .
          </Text>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

/** Closing the window with something unsaved asks first, though the browser keeps it. */
function useUnsaved(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, [unsaved]);
}

function Head({ flow, keeper, title, owner, children }: { flow: Flow; keeper: DraftKeeper; title: string; owner: boolean; children: React.ReactNode }) {
  const turn = useChange((on: boolean) => call("POST", `${flowPath(flow.id)}/${on ? "enable" : "disable"}`));
  const [renaming, setRenaming] = useState(false);
  return (
    <Stack gap={6}>
      <Group justify="space-between" align="flex-start">
        <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
          {title}
        </Title>
        <Group gap="xs">
          {owner ? (
            <Button size="xs" variant="default" onClick={() => setRenaming(true)}>
              Change the title
            </Button>
          ) : null}
          {owner && flow.version !== null ? (
            flow.enabled ? (
              <Confirm
                label="Switch off"
                title={`Switch ‘${flow.name}’ off?`}
                text="Changes that come in start it no more until it is switched on again. What it began is finished."
                action="Switch it off"
                onYes={() => turn.mutate(false)}
              />
            ) : (
              <Button size="xs" variant="default" loading={turn.isPending} onClick={() => turn.mutate(true)}>
                Switch on
              </Button>
            )
          ) : null}
          {children}
        </Group>
      </Group>
      <Group gap="xs">
        <Standing flow={flow} />
        <Text size="sm" c="dimmed">
          {flow.name}: from {flow.source} to {flow.target}
        </Text>
      </Group>
      {turn.error ? <Failed error={turn.error} /> : null}
      <Modal opened={renaming} onClose={() => setRenaming(false)} title="Change the flow’s title" closeButtonProps={{ "aria-label": "Close" }}>
        {renaming ? <TitleForm keeper={keeper} close={() => setRenaming(false)} /> : null}
      </Modal>
    </Stack>
  );
}

function TitleForm({ keeper, close }: { keeper: DraftKeeper; close: () => void }) {
  const [title, setTitle] = useState(keeper.state.shown.title);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() && title.trim() !== keeper.state.shown.title) keeper.edit([{ edit: "rename", title: title.trim() }], `The title is ‘${title.trim()}’`);
        close();
      }}
    >
      <Stack>
        <TextInput label="Title" data-autofocus value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
        <Group justify="flex-end">
          <Button type="submit" disabled={!title.trim()}>
            Keep it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Whether it is on, which version counts, and whether somebody works on it. */
export function Standing({ flow }: { flow: Pick<Flow, "enabled" | "version" | "draft_revision"> }) {
  const on = flow.version === null ? { color: "gray", text: "Never published" } : flow.enabled ? { color: "green", text: `On, version ${flow.version}` } : { color: "orange", text: `Off, version ${flow.version}` };
  return (
    <Group gap={6}>
      <Badge color={on.color} className={`tone-${on.color}`} variant="light" tt="none">
        {on.text}
      </Badge>
      {flow.draft_revision !== null ? (
        <Badge color="blue" className="tone-blue" variant="light" tt="none">
          Draft
        </Badge>
      ) : null}
    </Group>
  );
}
