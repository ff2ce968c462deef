import { Alert, List, Text } from "@mantine/core";
import { Asked } from "../../components/states";
import { Term } from "../../components/Term";
import { useAbout } from "./queries";
import { Command, Part, Section } from "./Section";

export function Keys() {
  const about = useAbout();
  return (
    <Section
      title="Keys"
      note={
        <>
          Tokens and passwords of your accounts are stored encrypted with a <Term word="master key">master key</Term>, which is not in the database.
        </>
      }
    >
      <Asked query={about}>
        {(found) => (
          <>
            <Part title="Where it is">
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                The key of this installation is in <b>{found.master_key}</b>. It is never shown on these pages, nor sent to a browser.
              </Text>
              <Text size="sm">
                {found.keys.length === 0
                  ? "Nothing is encrypted with it yet."
                  : found.keys
                      .map((key) => `${key.secrets} ${key.secrets === 1 ? "secret is" : "secrets are"} encrypted with the key that is known as ${key.id}.`)
                      .join(" ")}
              </Text>
              {found.keys.length > 1 ? (
                <Alert color="yellow" title="A rotation was interrupted">
                  <Text size="sm">Everything works, but two keys are in use: run the command below once more.</Text>
                </Alert>
              ) : null}
            </Part>
            <Part title="The recovery kit">
              <Text size="sm">With these three, everything can be brought back on another machine:</Text>
              <List size="sm" spacing={4}>
                <List.Item>a backup of the database, downloaded or copied to another place</List.Item>
                <List.Item>a copy of the master key, kept where you keep passwords and not beside the backup</List.Item>
                <List.Item>
                  <code>orderbridge.env</code> from the data folder, if you made one
                </List.Item>
              </List>
              <Text size="sm">
                Without the key, the accounts’ tokens and passwords have to be entered again; orders, flows, receipts and history need no key.
              </Text>
            </Part>
            <Part title="Rotate it">
              <Text size="sm">
                Do this when somebody who knew the key has left, or when a copy of it was lost. It is a command on the server and not a button: the old
                key is removed at the end, and backups made before need it still. So copy it first, where only somebody on the server can. Everything
                goes on meanwhile.
              </Text>
              <Command text="orderbridge connections rotate-key" />
              <Text size="sm" c="dimmed">
                Afterwards, make a new backup and a copy of the new key.
              </Text>
            </Part>
          </>
        )}
      </Asked>
    </Section>
  );
}
