import { Button, Grid, Group, Menu, Paper, SegmentedControl, Stack, Tabs, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useAddress } from "../../components/search";
import { Loading } from "../../components/states";
import { useOperations } from "../catalogue/queries";
import "./builder.css";
import { Catalogue } from "./Catalogue";
import { AddDialog, MoveDialog, RenameDialog, ShortcutsDialog } from "./dialogs";
import type { DraftKeeper } from "./Drafts";
import type { Drafting } from "./drafting";
import Inspector from "./inspector/Inspector";
import { pressed, type Doors } from "./keys";
import { Problems, problemsByPart } from "./Problems";
import type { Trial } from "./queries";
import { StepList } from "./StepList";
import { TestPanel } from "./TestPanel";
import { keyOf, kindOf, TRIGGER, whereFrom, type Where } from "./tree";
import type { FlowProblem, JsonObject, Place } from "./types";
import { called } from "./words";
import { Work, WorkProvider } from "./work";

const Canvas = lazy(() => import("./Canvas"));

const NO_PROBLEMS: FlowProblem[] = [];
const PAUSE_MS = 150;

/** What comes after a pause is there at once; of what follows quickly, the last. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const last = useRef(-PAUSE_MS);
  useEffect(() => {
    const follows = performance.now() - last.current < PAUSE_MS;
    last.current = performance.now();
    const timer = setTimeout(() => setSettled(value), follows ? PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Where a flow is built: its parts on the left, as a list or as a picture, and the selected one on the right. */
export function Build({ keeper, state, readOnly }: { keeper: DraftKeeper; state: Drafting; readOnly: boolean }) {
  const definition = state.shown;
  const operations = useOperations();
  const names = useMemo(() => new Map((operations.data ?? []).map((row) => [row.id, row])), [operations.data]);
  const narrow = useMediaQuery("(max-width: 62em)", window.innerWidth < 992, { getInitialValueInEffect: false });
  const [address, changeAddress] = useAddress();
  const view = address.get("view") ?? (narrow ? "list" : "canvas");
  const [selected, setSelected] = useState<Place>(TRIGGER);
  const [said, setSaid] = useState("");
  const [tried, setTried] = useState<Trial | null>(null);
  const [tab, setTab] = useState<string | null>("part");
  const [dialog, setDialog] = useState<{ is: "add"; to: Where } | { is: "move" | "rename" | "help" } | null>(null);
  const side = useRef<HTMLDivElement>(null);
  const refocus = useRef(false);

  const select = useCallback((place: Place, focus = false) => {
    setSelected(place);
    refocus.current = focus;
  }, []);
  const work = new Work(keeper, selected, select, setSaid, readOnly);
  // What was selected may be gone: taken back, or removed by somebody else.
  useEffect(() => {
    if (!work.standing) setSelected(TRIGGER);
  });
  useEffect(() => {
    if (!refocus.current || dialog) return;
    refocus.current = false;
    document.getElementById("builder-view")?.focus({ preventScroll: true });
  });

  const add = useCallback((to: Where) => setDialog({ is: "add", to }), []);
  const doors: Doors = {
    add: (where) => add(whereFrom(definition, selected, where)),
    move: () => (selected.kind === "step" ? setDialog({ is: "move" }) : setSaid("Only a step can be moved")),
    rename: () => (selected.kind === "step" ? setDialog({ is: "rename" }) : setSaid("Only a step can be renamed")),
    help: () => setDialog({ is: "help" }),
    open: () => {
      setTab("part");
      // The panel is there with the next look only.
      setTimeout(() => side.current?.focus(), 0);
    },
  };
  const keys = (event: KeyboardEvent) => {
    if (pressed(event, work, doors)) event.preventDefault();
  };
  // Whoever goes through many parts by key does not wait for the forms of each.
  const looked = useDeferredValue(useSettled(selected));
  const problems = state.problems ?? NO_PROBLEMS;
  const wrong = useMemo(() => problemsByPart(problems), [problems]);
  const edit = useCallback(
    (edits: JsonObject[]) => {
      // The inspector may rename what is selected.
      const renames = edits.find((one) => one["edit"] === "rename_step");
      keeper.edit(edits, "Changed");
      setSaid("Changed");
      if (renames) setSelected({ kind: "step", id: String(renames["to"]) });
    },
    [keeper],
  );
  return (
    <WorkProvider value={work}>
      <div className="builder-unseen" role="status" aria-live="polite" data-testid="said">
        {said}
      </div>
      <Stack gap="sm">
        <Tools work={work} state={state} doors={doors} view={view} setView={(value) => changeAddress({ view: value })} />
        <Grid>
          <Grid.Col span={{ base: 12, md: 7 }}>
            {view === "list" ? (
              <StepList definition={definition} names={names} wrong={wrong} onKeyDown={keys} onOpen={doors.open} />
            ) : (
              <Suspense fallback={<Loading />}>
                <Canvas definition={definition} names={names} wrong={wrong} onKeyDown={keys} onAdd={add} />
              </Suspense>
            )}
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Paper withBorder p="sm">
              <Tabs value={tab} onChange={setTab} keepMounted={false}>
                <Tabs.List mb="sm">
                  <Tabs.Tab value="part">Selected</Tabs.Tab>
                  {readOnly ? null : <Tabs.Tab value="add">Add</Tabs.Tab>}
                  <Tabs.Tab value="problems">Problems{state.problems?.length ? ` (${state.problems.length})` : ""}</Tabs.Tab>
                  {readOnly ? null : <Tabs.Tab value="test">Test</Tabs.Tab>}
                </Tabs.List>
                <Tabs.Panel value="part">
                  <section ref={side} tabIndex={-1} aria-label="The selected part">
                    <Title order={2} size="h5" mb="xs" style={{ overflowWrap: "anywhere" }}>
                      {called(selected).replace(/^./, (letter) => letter.toUpperCase())}
                    </Title>
                    <Inspector
                      key={keyOf(looked)}
                      flow={keeper.flow.id}
                      source={keeper.flow.source}
                      target={keeper.flow.target}
                      definition={definition}
                      place={work.standing ? looked : TRIGGER}
                      problems={problems}
                      readOnly={readOnly || state.clash !== null}
                      tried={tried}
                      onEdit={edit}
                    />
                  </section>
                </Tabs.Panel>
                {readOnly ? null : (
                  <Tabs.Panel value="add">
                    <Text size="xs" c="dimmed" mb="xs">
                      Drag one onto a +, or choose it: it comes after {called(selected)}.
                    </Text>
                    <Catalogue kind="action" draggable onPick={(choice) => work.add(choice, whereFrom(definition, selected, "after"))} />
                  </Tabs.Panel>
                )}
                <Tabs.Panel value="problems">
                  <Problems
                    problems={state.problems}
                    go={(place) => {
                      select(place);
                      doors.open();
                    }}
                  />
                </Tabs.Panel>
                {readOnly ? null : (
                  <Tabs.Panel value="test">
                    <TestPanel flow={keeper.flow} definition={definition} tried={tried} onTried={setTried} />
                  </Tabs.Panel>
                )}
              </Tabs>
            </Paper>
          </Grid.Col>
        </Grid>
      </Stack>
      <AddDialog to={dialog?.is === "add" ? dialog.to : null} close={() => setDialog(null)} />
      <MoveDialog opened={dialog?.is === "move"} close={() => setDialog(null)} />
      <RenameDialog opened={dialog?.is === "rename"} close={() => setDialog(null)} />
      <ShortcutsDialog opened={dialog?.is === "help"} close={() => setDialog(null)} />
    </WorkProvider>
  );
}

/** Every action as a button: what keys and dragging do can be done here too. */
function Tools({ work, state, doors, view, setView }: { work: Work; state: Drafting; doors: Doors; view: string; setView: (view: string) => void }) {
  const { selected, step } = work;
  const isStep = selected.kind === "step";
  const hasInside = step !== undefined && ["choose", "each"].includes(kindOf(step));
  const hasBranches = selected.kind === "branch" || (step !== undefined && kindOf(step) === "choose");
  return (
    <Group gap="xs" justify="space-between">
      <Group gap="xs">
        <SegmentedControl aria-label="Show the flow as" size="xs" value={view} onChange={setView} data={[{ value: "list", label: "List" }, { value: "canvas", label: "Canvas" }]} />
        {work.readOnly ? null : (
          <>
            <Button size="xs" variant="default" onClick={() => doors.add("after")}>
              Add a step
            </Button>
            <Menu position="bottom-start" withinPortal>
              <Menu.Target>
                <Button size="xs" variant="default">
                  Change the selected
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Label>{called(selected)}</Menu.Label>
                <Menu.Item disabled={!isStep} onClick={() => doors.add("before")}>Add a step before</Menu.Item>
                <Menu.Item disabled={!hasInside && selected.kind !== "branch"} onClick={() => doors.add("inside")}>Add a step inside</Menu.Item>
                <Menu.Item disabled={!hasBranches} onClick={() => work.addBranch()}>Add a branch</Menu.Item>
                <Menu.Divider />
                <Menu.Item disabled={!isStep} onClick={() => work.move("up")}>Move up</Menu.Item>
                <Menu.Item disabled={!isStep} onClick={() => work.move("down")}>Move down</Menu.Item>
                <Menu.Item disabled={!isStep} onClick={doors.move}>Move elsewhere …</Menu.Item>
                <Menu.Item disabled={!isStep} onClick={doors.rename}>Rename …</Menu.Item>
                <Menu.Divider />
                <Menu.Item disabled={!isStep} onClick={() => work.copy()}>Copy</Menu.Item>
                <Menu.Item disabled={!isStep} onClick={() => work.cut()}>Cut</Menu.Item>
                <Menu.Item onClick={() => work.paste()}>Paste after it</Menu.Item>
                <Menu.Item disabled={!isStep} onClick={() => work.duplicate()}>Duplicate</Menu.Item>
                <Menu.Divider />
                <Menu.Item disabled={selected.kind === "trigger"} onClick={() => work.remove()}>Remove</Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Button size="xs" variant="default" disabled={state.undo.length === 0 || state.clash !== null} onClick={() => work.undo()}>
              Undo
            </Button>
            <Button size="xs" variant="default" disabled={state.redo.length === 0 || state.clash !== null} onClick={() => work.redo()}>
              Redo
            </Button>
          </>
        )}
        <Button size="xs" variant="default" onClick={doors.help}>
          Keys
        </Button>
      </Group>
      {work.readOnly ? null : <Saved state={state} />}
    </Group>
  );
}

function Saved({ state }: { state: Drafting }) {
  const waiting = state.queue.length;
  if (waiting === 0) return <Text size="xs" c="dimmed" data-testid="saved">{state.revision === null ? "As published" : `Draft saved (revision ${state.revision})`}</Text>;
  return (
    <Text size="xs" fw={600} data-testid="saved">
      {state.trouble ? `${waiting} not saved yet, kept in this browser` : "Saving …"}
    </Text>
  );
}
