import { Button, Group, NativeSelect, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/client";
import { useChange } from "../../api/queries";
import { useMe, useOwner } from "../../app/me";
import { Confirm } from "../../components/Confirm";
import { Moment } from "../../components/moment";
import { Asked, Failed } from "../../components/states";
import { useUnsaved } from "../../components/unsaved";
import { Wide } from "../../components/Wide";
import { Once } from "./Once";
import { useUsers } from "./queries";
import { Part, Section } from "./Section";
import type { LinkMade, Role, UserRow } from "./types";

const ROLES = [
  { value: "bookkeeper", label: "Bookkeeper: reads everything, changes nothing" },
  { value: "owner", label: "Owner: may do everything" },
];

interface Shown {
  name: string;
  link: string;
}

export function Users() {
  const users = useUsers();
  const owner = useOwner();
  const [shown, setShown] = useState<Shown | null>(null);
  return (
    <Section title="Users" note="Who may look at these pages. Nobody makes an account alone: an owner invites them.">
      {shown ? (
        <Once
          title={`A link for ${shown.name}`}
          label="One-time link"
          value={shown.link}
          note="Send it by a way that others do not read: whoever opens it first gets in. It works once, for 24 hours, and is not shown again."
          done={() => setShown(null)}
        />
      ) : null}
      {owner ? <Invite made={setShown} /> : null}
      <Asked query={users}>{(rows) => <List rows={rows} made={setShown} />}</Asked>
    </Section>
  );
}

function Invite({ made }: { made: (shown: Shown) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("bookkeeper");
  const invite = useChange(async (given: { name: string; role: Role }) => {
    const { link } = await call<LinkMade>("POST", "/api/users/invitations", given);
    made({ name: given.name, link });
    setName("");
  });
  useUnsaved(name !== "" && !invite.isPending);
  return (
    <Part title="Invite somebody">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ name: name.trim(), role });
        }}
      >
        <Stack gap="sm">
          <Group align="flex-end">
            <TextInput
              label="Name"
              description="What they sign in with, for example an e-mail address"
              autoComplete="off"
              required
              miw={260}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <NativeSelect
              label="Role"
              data={ROLES}
              value={role}
              onChange={(event) => setRole(event.currentTarget.value as Role)}
            />
            <Button type="submit" loading={invite.isPending} disabled={!name.trim()}>
              Make a link
            </Button>
          </Group>
          {invite.error ? <Failed error={invite.error} /> : null}
        </Stack>
      </form>
    </Part>
  );
}

function List({ rows, made }: { rows: UserRow[]; made: (shown: Shown) => void }) {
  const owner = useOwner();
  const me = useMe();
  const reset = useChange(async (name: string) => {
    const { link } = await call<LinkMade>("POST", `/api/users/${encodeURIComponent(name)}/password-link`);
    made({ name, link });
  });
  const change = useChange(({ name, role }: { name: string; role: Role }) =>
    call("PATCH", `/api/users/${encodeURIComponent(name)}`, { role }),
  );
  const remove = useChange((name: string) => call("DELETE", `/api/users/${encodeURIComponent(name)}`));
  const error = reset.error ?? change.error ?? remove.error;
  return (
    <>
      {error ? <Failed error={error} /> : null}
      <Wide stacked label="Users">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Role</Table.Th>
              <Table.Th scope="col">Signed in last</Table.Th>
              {owner ? <Table.Th scope="col">Change</Table.Th> : null}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((user) => (
              <Table.Tr key={user.name}>
                <Table.Td>
                  {user.name}
                  {user.name === me?.name ? " (you)" : ""}
                </Table.Td>
                <Table.Td>{user.role === "owner" ? "Owner" : "Bookkeeper"}</Table.Td>
                <Table.Td>
                  {user.created_at === null ? (
                    <>
                      Invited{user.invited_until ? <>, until <Moment at={user.invited_until} /></> : ", the link has ended"}
                    </>
                  ) : (
                    <>
                      {user.signed_in_at ? <Moment at={user.signed_in_at} /> : "Never"}
                      {user.invited_until ? <Text size="xs" c="dimmed">A password link waits until <Moment at={user.invited_until} /></Text> : null}
                    </>
                  )}
                </Table.Td>
                {owner ? (
                  <Table.Td>
                    <Group gap="xs" wrap="nowrap">
                      {user.created_at ? (
                        <>
                          <Confirm
                            label="New password"
                            title={`A link for a new password of ${user.name}?`}
                            text="You get a one-time link to hand over. The old password works until the link is used; then every session of theirs ends."
                            action="Make the link"
                            onYes={() => reset.mutate(user.name)}
                          />
                          <Role user={user} change={(role) => change.mutate({ name: user.name, role })} />
                        </>
                      ) : null}
                      <Confirm
                        label={user.created_at ? "Remove" : "Withdraw"}
                        title={user.created_at ? `Remove ${user.name}?` : `Withdraw the invitation of ${user.name}?`}
                        text={
                          user.created_at
                            ? `${user.name} is out at once, in every browser. What they did stays on record under their name.`
                            : "The link stops working at once."
                        }
                        action={user.created_at ? `Remove ${user.name}` : "Withdraw it"}
                        onYes={() => remove.mutate(user.name)}
                      />
                    </Group>
                  </Table.Td>
                ) : null}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Wide>
    </>
  );
}

function Role({ user, change }: { user: UserRow; change: (role: Role) => void }) {
  const up = user.role === "bookkeeper";
  return (
    <Confirm
      label={up ? "Make owner" : "Make bookkeeper"}
      title={up ? `Make ${user.name} an owner?` : `Make ${user.name} a bookkeeper?`}
      text={
        up
          ? `${user.name} may do everything at once: connect accounts, let flows go live, invite and remove others, you included.`
          : `${user.name} reads everything and changes nothing, from now on.`
      }
      action={up ? "Make them an owner" : "Make them a bookkeeper"}
      onYes={() => change(up ? "owner" : "bookkeeper")}
    />
  );
}
