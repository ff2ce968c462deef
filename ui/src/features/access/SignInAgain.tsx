import { Modal, Stack, Text } from "@mantine/core";
import { SignInForm } from "./SignInForm";

/** The door over a page whose session has ended: what was typed on it stays, and is not shown meanwhile. */
export function SignInAgain({ name }: { name: string }) {
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title="Sign in again"
      overlayProps={{ backgroundOpacity: 0.75, blur: 8 }}
    >
      <Stack>
        <Text size="sm">Your session has ended. Sign in, and go on where you were: what you typed is still there.</Text>
        <SignInForm known={name} />
      </Stack>
    </Modal>
  );
}
