import { Alert, Box, Button, Checkbox, Collapse, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../api/queries";
import { Asked, Failed } from "../../components/states";
import { Lacking } from "../templates/Lacking";
import { Outcome } from "../templates/Outcome";
import { enable, useTemplates } from "../templates/queries";
import { changed, initial, lacking, settingsBetween, type Values } from "../templates/settings";
import { SettingsForm } from "../templates/SettingsForm";
import type { Accounts, Enabled, Template } from "../templates/types";
import { direction } from "../templates/words";
import type { Standing } from "./progress";

const USUAL = "orders-to-opportunities";

export function Pick({ at, accounts, goOn }: { at: Standing; accounts: Accounts; goOn: () => void }) {
  const templates = useTemplates();
  return <Asked query={templates}>{(every) => <Choice every={usualFirst(every)} at={at} accounts={accounts} goOn={goOn} />}</Asked>;
}

function usualFirst(every: Template[]): Template[] {
  return [...every.filter((item) => item.name === USUAL), ...every.filter((item) => item.name !== USUAL)];
}

interface Done {
  template: Template;
  done: Enabled;
}

function Choice({ every, at, accounts, goOn }: { every: Template[]; at: Standing; accounts: Accounts; goOn: () => void }) {
  const before = at.enabled.map((item) => item.name);
  const [picked, setPicked] = useState<string[]>(before.length > 0 ? [] : [USUAL]);
  const [values, setValues] = useState<Record<string, Values>>({});
  const [opened, setOpened] = useState<string[]>([]);
  const mode = at.highlevel?.mode ?? "live";
  const [create, setCreate] = useState(mode === "sandbox");
  const [done, setDone] = useState<Done[]>([]);
  const of = (item: Template) => values[item.name] ?? initial(item.settings, settingsBetween(item, accounts));
  const chosen = every.filter((item) => picked.includes(item.name));
  const open = chosen.filter((item) => lacking(item.settings, of(item)).length > 0);
  const switchOn = useChange(async (wanted: Template[]) => {
    // One after the other: what one creates in Act! the next one finds.
    for (const template of wanted) {
      const found = await enable({ template: template.name, accounts, settings: changed(template.settings, of(template)), createFields: create });
      setDone((so_far) => [...so_far.filter((item) => item.template.name !== template.name), { template, done: found }]);
      setPicked((names) => names.filter((name) => name !== template.name));
    }
  });
  const toggle = (names: string[], name: string) => (names.includes(name) ? names.filter((item) => item !== name) : [...names, name]);
  return (
    <Stack>
      <Text size="sm">
        Between {accounts.highlevel} and {accounts.act}. Each has settings that fit most; more can be switched on at any time.
      </Text>
      {every.map((item) => {
        const isPicked = picked.includes(item.name);
        const needed = lacking(item.settings, of(item));
        return (
          <Paper withBorder p="sm" key={item.name}>
            <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
              <Checkbox
                label={item.title}
                description={`${direction(item.flows)}. ${item.description}${before.includes(item.name) ? " Enabled already." : ""}`}
                checked={isPicked}
                onChange={() => setPicked(toggle(picked, item.name))}
              />
              {isPicked && item.settings.length > 0 ? (
                <Button
                  size="xs"
                  variant="default"
                  aria-expanded={opened.includes(item.name) || needed.length > 0}
                  aria-label={`Settings of ${item.title}`}
                  style={{ flexShrink: 0 }}
                  onClick={() => setOpened(toggle(opened, item.name))}
                >
                  Settings
                </Button>
              ) : null}
            </Group>
            <Collapse expanded={isPicked && (opened.includes(item.name) || item.settings.some((one) => one.required))}>
              <Box pt="sm" pl={{ base: 0, xs: "xl" }}>
                <SettingsForm settings={item.settings} values={of(item)} change={(next) => setValues({ ...values, [item.name]: next })} accounts={accounts} />
              </Box>
            </Collapse>
          </Paper>
        );
      })}
      {chosen[0] ? <Lacking template={chosen[0].name} accounts={accounts} create={create} setCreate={setCreate} /> : null}
      {done.map((item) => (
        <Outcome key={item.template.name} title={item.template.title} done={item.done} />
      ))}
      {switchOn.error ? <Failed error={switchOn.error} /> : null}
      {open.length > 0 ? (
        <Alert color="yellow" title="Still to be given">
          {open.map((item) => (
            <Text size="sm" key={item.name}>
              {item.title}: {lacking(item.settings, of(item)).map((one) => one.title).join(", ")}
            </Text>
          ))}
        </Alert>
      ) : null}
      <Group>
        <Button size="md" loading={switchOn.isPending} disabled={chosen.length === 0 || open.length > 0} onClick={() => switchOn.mutate(chosen)}>
          {mode === "live" ? "Publish them, off until they go live" : "Switch them on"}
        </Button>
        {before.length > 0 ? (
          <Button variant="default" onClick={goOn}>
            Go on
          </Button>
        ) : null}
      </Group>
    </Stack>
  );
}
