import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";

/** A button for what cannot be taken back: it says first what it will do. ``main`` where it is what the page is for. */
export function Confirm({
  label,
  title,
  text,
  action,
  onYes,
  disabled,
  main,
}: {
  label: string;
  title: string;
  text: ReactNode;
  action: string;
  onYes: () => void;
  disabled?: boolean;
  main?: boolean;
}) {
  const [open, { open: show, close }] = useDisclosure(false);
  return (
    <>
      <Button size={main ? "md" : "xs"} variant={main ? "filled" : "default"} disabled={disabled} onClick={show}>
        {label}
      </Button>
      <Modal opened={open} onClose={close} title={title} closeButtonProps={{ "aria-label": "Close" }}>
        <Stack>
          <Text size="sm" component="div">
            {text}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              No
            </Button>
            <Button
              onClick={() => {
                close();
                onYes();
              }}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
