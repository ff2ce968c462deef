import { Button, Group, Kbd, Modal, Select, Stack, Table, TextInput } from "@mantine/core";
import { useState } from "react";
import { Catalogue } from "./Catalogue";
import { SHORTCUTS } from "./keys";
import { roomsFor, takenIds, type Where } from "./tree";
import { useWork } from "./work";

const NAMED = /^[a-z][a-z0-9_]*$/;
const manners = { closeButtonProps: { "aria-label": "Close" }, returnFocus: true };

export function AddDialog({ to, close }: { to: Where | null; close: () => void }) {
  const work = useWork();
  return (
    <Modal opened={to !== null} onClose={close} title="Add a step" size="lg" {...manners}>
      <Catalogue
        kind="action"
        focus
        onPick={(choice) => {
          if (to) work.add(choice, to);
          close();
        }}
      />
    </Modal>
  );
}

export function MoveDialog({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Move the step elsewhere" {...manners}>
      {opened ? <Move close={close} /> : null}
    </Modal>
  );
}

function Move({ close }: { close: () => void }) {
  const work = useWork();
  const id = work.selected.kind === "step" ? work.selected.id : "";
  const rooms = roomsFor(work.definition, id);
  const [room, setRoom] = useState<string | null>("0");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const found = rooms[Number(room)];
        if (found) work.moveTo(id, found.where, `Moved ‘${id}’ to ${found.label}`);
        close();
      }}
    >
      <Stack>
        <Select label="To" data-autofocus data={rooms.map(({ label }, index) => ({ value: String(index), label }))} value={room} onChange={setRoom} allowDeselect={false} searchable />
        <Group justify="flex-end">
          <Button type="submit">Move it</Button>
        </Group>
      </Stack>
    </form>
  );
}

export function RenameDialog({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Rename the step" {...manners}>
      {opened ? <RenameStep close={close} /> : null}
    </Modal>
  );
}

function RenameStep({ close }: { close: () => void }) {
  const work = useWork();
  const id = work.selected.kind === "step" ? work.selected.id : "";
  const [name, setName] = useState(id);
  const wrong = !NAMED.test(name)
    ? "Small letters, digits and _, and a letter first."
    : name !== id && takenIds(work.definition).has(name)
      ? `There is a step ‘${name}’ already.`
      : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) return;
        work.rename(name);
        close();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Later steps that use what it gives go with it."
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={wrong}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={wrong !== null}>
            Rename it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function ShortcutsDialog({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Keys, in the list and on the canvas" size="lg" {...manners}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Key</Table.Th>
            <Table.Th scope="col">What it does</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {SHORTCUTS.map(([keys, does]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
